using System.Collections.Immutable;
using System.Globalization;

namespace Laddermill.Tests.Corpus;

/// <summary>What the corpus's own list says of a file: told by other tools than ours, before we looked at it.</summary>
/// <param name="Shapes">Width by height of each picture as it is to be shown, turned and with square pixels; empty where the list knows none.</param>
/// <param name="AudioTracks">How many there are.</param>
/// <param name="TextTracks">Subtitles that are text.</param>
/// <param name="IsSound">Whether ffmpeg decodes it without a complaint.</param>
internal sealed record CorpusEntry(
    string File,
    string Kind,
    ImmutableArray<(double Width, double Height)> Shapes,
    int AudioTracks,
    int TextTracks,
    bool IsSound
)
{
    private static readonly string[] Text = ["subrip", "ass", "mov_text"];

    /// <summary>All of them, in the order of their names.</summary>
    public static ImmutableArray<CorpusEntry> ReadAll(string corpus)
    {
        var lines = System.IO.File.ReadAllLines(Path.Join(corpus, "MANIFEST.tsv"));
        var columns = lines[0]
            .Split('\t')
            .Index()
            .ToDictionary(name => name.Item, name => name.Index);
        return
        [
            .. lines
                .Skip(1)
                .Select(line => line.Split('\t'))
                .Select(cells => Read(name => cells[columns[name]]))
                .OrderBy(entry => entry.File, StringComparer.Ordinal),
        ];
    }

    private static CorpusEntry Read(Func<string, string> cell)
    {
        var ratios = cell("SAR").Split("; ");
        var isOnItsSide = cell("rotation").Split("; ")[0] is "90" or "-90" or "270" or "-270";
        return new CorpusEntry(
            cell("file"),
            cell("kind"),
            [
                .. cell("WxH")
                    .Split("; ", StringSplitOptions.RemoveEmptyEntries)
                    .Select((size, index) => Shape(size, ratios[index], isOnItsSide))
                    .Where(shape => shape.Width > 0),
            ],
            Number(cell("audio_tracks")),
            cell("subtitles").Split("; ").Count(track => Text.Contains(track.Split(' ')[0])),
            cell("ffmpeg_5.1.x_decode").StartsWith("clean", StringComparison.Ordinal)
        );
    }

    private static (double Width, double Height) Shape(string size, string ratio, bool isOnItsSide)
    {
        var sides = Array.ConvertAll(size.Split('x'), Number);
        var terms = ratio.Contains(':', StringComparison.Ordinal)
            ? Array.ConvertAll(ratio.Split(':'), Number)
            : [1, 1];
        var stretch = (double)terms[0] / terms[1];
        var (width, height) = (sides[0] * stretch, (double)sides[1]);
        return isOnItsSide ? (height, width) : (width, height);
    }

    private static int Number(string text) =>
        int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
