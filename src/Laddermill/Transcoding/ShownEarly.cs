using System.Collections.Immutable;
using System.Text;
using Laddermill.Packaging;
using Laddermill.Storage;

namespace Laddermill.Transcoding;

/// <summary>A revision that viewers are shown before it is complete: whether it may be, and how it is taken away when it will not be completed.</summary>
internal static class ShownEarly
{
    /// <summary>Whether a revision may be shown while it grows: nobody is shown another one.</summary>
    public static async Task<bool> IsAllowedAsync(
        OutputFolder output,
        string revision,
        CancellationToken cancellation
    )
    {
        var shown = await ShownRevisions.ReadAsync(output, cancellation);
        return shown.ByFile.Values.All(revisions => revisions.All(each => each == revision));
    }

    /// <summary>The growing playlists of a revision that viewers are shown before it is complete; empty when they are not, or when it is.</summary>
    /// <returns>Keys, the multivariant playlist's first.</returns>
    public static async Task<ImmutableArray<string>> FindAsync(
        OutputFolder output,
        string revision,
        CancellationToken cancellation
    )
    {
        var master = output.File(MediaPaths.MultivariantPlaylist);
        var text = await output.Store.ReadSmallAsync(master, cancellation);
        if (text is null || !ShownRevisions.In(Encoding.UTF8.GetString(text)).Contains(revision))
        {
            return [];
        }
        // The manifest is only there when all is.
        var manifest = await output.Store.ReadSmallAsync(
            output.File(MediaPaths.Manifest),
            cancellation
        );
        if (
            manifest is not null
            && ShownRevisions.In(Encoding.UTF8.GetString(manifest)).Contains(revision)
        )
        {
            return [];
        }
        var playlists = new List<string>();
        var isGrowing = false;
        await foreach (var found in output.Store.ListAsync(output.Revision(revision), cancellation))
        {
            if (Path.GetExtension(found.Key) == ".m3u8")
            {
                playlists.Add(found.Key);
                isGrowing |=
                    await output.Store.ReadSmallAsync(found.Key, cancellation) is { } playlist
                    && !GrowingTexts.HasEnded(playlist);
            }
        }
        return isGrowing ? [master, .. playlists] : [];
    }

    /// <summary>Takes away what shows a revision that is not complete, so that nobody waits for an end that does not come.</summary>
    /// <returns>Whether there was anything.</returns>
    public static async Task<bool> WithdrawAsync(
        OutputFolder output,
        string revision,
        CancellationToken cancellation
    )
    {
        var keys = await FindAsync(output, revision, cancellation);
        if (keys.IsEmpty)
        {
            return false;
        }
        // Not atomic over several: what viewers open goes first.
        await output.Store.DeleteAsync([keys[0]], cancellation);
        await output.Store.DeleteAsync(keys[1..], cancellation);
        return true;
    }

    /// <summary>The same for a worker that ends badly: what ended it is what must be told, and whoever sweeps or runs next does what it could not.</summary>
    public static async Task TryWithdrawAsync(
        OutputFolder output,
        string revision,
        TimeProvider clock
    )
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20), clock);
        try
        {
            await WithdrawAsync(output, revision, limit.Token);
        }
        catch (Exception trouble) when (trouble is StoreException or OperationCanceledException)
        {
            // The record of the revision's removal stays.
        }
    }
}
