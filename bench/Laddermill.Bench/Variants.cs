using System.Text.Json;

namespace Laddermill.Bench;

/// <summary>
/// Settings of the encoder to be tried: a file of lines <c>NAME PRESET OPTIONS [CRF CRF CRF]</c>, options as x264 writes them with <c>:</c> between
/// (<c>-</c>: none); <c>#</c> begins a comment. Each becomes a profile that differs from the default one in these alone.
/// </summary>
internal static class Variants
{
    private static readonly IReadOnlyList<(
        string Name,
        int Width,
        int Height,
        int Rate,
        double Crf,
        int Threads
    )> Rungs =
    [
        ("1080p", 1920, 1080, 5_000_000, 19, 2),
        ("720p", 1280, 720, 3_000_000, 18, 2),
        ("360p", 640, 360, 1_000_000, 16, 1),
    ];

    /// <summary>A line may give each rung its own settings, with <c>/</c> between: <c>veryfast/faster/medium</c>.</summary>
    public static IReadOnlyList<Shape> Read(string file, string work) =>
        [
            .. File.ReadLines(file)
                .Select(line =>
                    line.Split('#')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
                )
                .Where(words => words.Length >= 3)
                .Select(words => Shape.Laddermill(words[0], Write(words, work))),
        ];

    private static string Write(string[] words, string work)
    {
        var (presets, options) = (words[1].Split('/'), words[2].Split('/'));
        var crfs = words.Length > 3 ? words[3].Split('/') : [];
        var rungs = Rungs.Select(
            (rung, index) =>
                new Dictionary<string, object>
                {
                    ["name"] = rung.Name,
                    ["width"] = rung.Width,
                    ["height"] = rung.Height,
                    ["maxBitrate"] = rung.Rate,
                    ["crf"] =
                        crfs.Length > 0
                            ? double.Parse(
                                Of(crfs, index),
                                System.Globalization.CultureInfo.InvariantCulture
                            )
                            : rung.Crf,
                    ["preset"] = Of(presets, index),
                    ["encoderOptions"] = Of(options, index) is "-"
                        ? []
                        : Of(options, index).Split(':'),
                    ["threads"] = rung.Threads,
                }
        );
        var profile = new Dictionary<string, object>
        {
            [words[0]] = new Dictionary<string, object>
            {
                ["extends"] = "default",
                ["video"] = new Dictionary<string, object>
                {
                    ["passthrough"] = "never",
                    ["rungs"] = rungs,
                },
            },
        };
        var path = Path.Combine(work, words[0] + ".json");
        File.WriteAllText(path, JsonSerializer.Serialize(profile));
        return path;
    }

    private static string Of(string[] values, int index) =>
        values[Math.Min(index, values.Length - 1)];
}
