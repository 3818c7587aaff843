using System.Text;
using Laddermill.Storage;

namespace Laddermill.Transcoding;

/// <summary>
/// Stores playlists that only ever get longer, whoever else writes them: each put says which version it replaces, and what is further on is left alone.
/// </summary>
internal sealed class GrowingTexts(OutputFolder output)
{
    private readonly Dictionary<string, string> versions = new(StringComparer.Ordinal);

    /// <summary>Stores a media playlist unless a longer one is there.</summary>
    /// <returns>False when the one that is there is complete.</returns>
    public async Task<bool> GrowAsync(PublishedText text, CancellationToken cancellation)
    {
        while (true)
        {
            if (await PutAsync(text, cancellation))
            {
                return true;
            }
            var there = await ReadAsync(text, cancellation);
            if (there is not null && HasEnded(there))
            {
                return false;
            }
            if (there is not null && Length(there) >= Length(text.Bytes))
            {
                return true;
            }
        }
    }

    /// <summary>Stores a multivariant playlist unless it leads to another revision.</summary>
    /// <returns>False when it does.</returns>
    public async Task<bool> PointAsync(
        PublishedText text,
        string revision,
        CancellationToken cancellation
    )
    {
        while (!await PutAsync(text, cancellation))
        {
            var there = await ReadAsync(text, cancellation);
            if (there is null)
            {
                continue;
            }
            var revisions = ShownRevisions.In(Encoding.UTF8.GetString(there));
            if (!revisions.Contains(revision))
            {
                return false;
            }
            if (there.AsSpan().SequenceEqual(text.Bytes))
            {
                break;
            }
        }
        return true;
    }

    public static bool HasEnded(ReadOnlySpan<byte> playlist) =>
        playlist.IndexOf("#EXT-X-ENDLIST"u8) >= 0;

    private static int Length(ReadOnlySpan<byte> playlist) => playlist.Count("#EXTINF:"u8);

    private async Task<bool> PutAsync(PublishedText text, CancellationToken cancellation)
    {
        var key = output.File(text.Path);
        var stored = await output.Store.PutAsync(
            key,
            text.Bytes,
            OutputFolder.Playlist,
            versions.TryGetValue(key, out var version)
                ? PutCondition.Matches(version)
                : PutCondition.Absent,
            cancellation
        );
        if (stored is null)
        {
            return false;
        }
        versions[key] = stored.ETag;
        return true;
    }

    /// <summary>What is there now, of the version that the next put will name or of a newer one.</summary>
    private async Task<byte[]?> ReadAsync(PublishedText text, CancellationToken cancellation)
    {
        var key = output.File(text.Path);
        var found = await output.Store.HeadAsync(key, cancellation);
        if (found is null)
        {
            versions.Remove(key);
            return null;
        }
        versions[key] = found.ETag;
        return await output.Store.ReadSmallAsync(key, cancellation);
    }
}
