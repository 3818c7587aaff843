using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using Laddermill.Packaging;
using Laddermill.Storage;

namespace Laddermill.Transcoding;

/// <summary>Which revisions viewers of one folder are shown: those that the files lead to which they open.</summary>
/// <param name="ByFile">Name of each file that is there, such as <c>master.m3u8</c>, and the revisions that it names.</param>
internal sealed partial record ShownRevisions(
    ImmutableDictionary<string, ImmutableHashSet<string>> ByFile
)
{
    /// <summary>The files that viewers open.</summary>
    public static ImmutableArray<string> Files { get; } =
    [
        MediaPaths.MultivariantPlaylist,
        MediaPaths.TransportMultivariantPlaylist,
        MediaPaths.Manifest,
    ];

    public static async Task<ShownRevisions> ReadAsync(
        OutputFolder output,
        CancellationToken cancellation
    )
    {
        var files = ImmutableDictionary.CreateBuilder<string, ImmutableHashSet<string>>();
        foreach (var file in Files)
        {
            if (await output.Store.ReadSmallAsync(output.File(file), cancellation) is { } text)
            {
                files.Add(file, In(Encoding.UTF8.GetString(text)));
            }
        }
        return new ShownRevisions(files.ToImmutable());
    }

    public bool Contains(string revision) =>
        ByFile.Values.Any(revisions => revisions.Contains(revision));

    /// <summary>What no viewer is led to any more once some files name one revision alone, or are gone.</summary>
    /// <param name="revision">The new one.</param>
    /// <param name="files">Those that are replaced or removed.</param>
    public ImmutableHashSet<string> ReplacedBy(string revision, IEnumerable<string> files)
    {
        var stays = ByFile.RemoveRange(files).Values.SelectMany(revisions => revisions);
        return ByFile
            .Values.SelectMany(revisions => revisions)
            .Except([.. stays, revision])
            .ToImmutableHashSet();
    }

    /// <summary>Revisions that a playlist's or a manifest's relative addresses begin with.</summary>
    public static ImmutableHashSet<string> In(string text) =>
        [.. Address.Matches(text).Select(match => match.Groups[1].Value)];

    [GeneratedRegex("(?:^|[\"'>])([a-z2-7]{8})/", RegexOptions.Multiline)]
    private static partial Regex Address { get; }
}
