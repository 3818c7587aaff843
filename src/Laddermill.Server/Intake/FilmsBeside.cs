using System.Runtime.CompilerServices;
using Laddermill.Server.Pipelines;
using Laddermill.Storage;

namespace Laddermill.Server.Intake;

/// <summary>Which films a file of subtitles belongs to: with other texts beside it, a film is another job.</summary>
internal static class FilmsBeside
{
    private const int MostNeighbours = 100;

    public static bool IsText(string key) =>
        Path.GetExtension(key).ToLowerInvariant() is ".srt" or ".vtt" or ".ass" or ".ssa";

    /// <summary>Keys of the films that <paramref name="text"/> lies beside: <c>a.mkv</c> for <c>a.en.srt</c>.</summary>
    public static async IAsyncEnumerable<string> FindAsync(
        Pipeline pipeline,
        IObjectStore store,
        string text,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var folder = text[..(text.LastIndexOf('/') + 1)];
        var stem = text[folder.Length..];
        // At most the language and a word such as "forced" stand between the film's name and the ending.
        for (var depth = 0; depth < 3 && stem.Contains('.', StringComparison.Ordinal); depth++)
        {
            stem = stem[..stem.LastIndexOf('.')];
            var beside = store.ListAsync($"{folder}{stem}.", cancellation).Take(MostNeighbours);
            await foreach (var found in beside.WithCancellation(cancellation))
            {
                if (
                    Path.GetFileNameWithoutExtension(found.Key[folder.Length..]) == stem
                    && !IsText(found.Key)
                    && pipeline.Objection(found.Key) is null
                )
                {
                    yield return found.Key;
                }
            }
        }
    }
}
