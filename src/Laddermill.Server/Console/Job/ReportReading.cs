using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Laddermill.Server.Console.Shell;

namespace Laddermill.Server.Console.Job;

/// <summary>From <c>job.json</c> and <c>verify.json</c> to what a page shows.</summary>
internal static class ReportReading
{
    public static ImmutableArray<(string, string)> Facts(JsonNode? report)
    {
        var source = report.At("sourceFacts");
        var facts = ImmutableArray.CreateBuilder<(string, string)>();
        void Add(string name, string? value)
        {
            if (value is { Length: > 0 })
            {
                facts.Add((name, value));
            }
        }
        Add("Length", source.At("duration").Number() is { } seconds ? Say.Clock(seconds) : null);
        Add("Size", source.At("size").Number() is { } size ? Say.Bytes((long)size) : null);
        Add("Rate", source.At("bitRate").Number() is { } rate ? Say.Rate(rate) : null);
        Add("Container", source.At("container").Text()?.Split(',')[0]);
        foreach (var video in source.At("video").Items())
        {
            Add("Picture", Picture(video));
            Add("Colour", Colour(video.At("colour")));
        }
        foreach (var sound in source.At("audio").Items())
        {
            Add("Sound", Sound(sound));
        }
        foreach (var text in source.At("subtitles").Items())
        {
            Add(
                "Text",
                Joined(text.At("codec").Text(), text.At("language").Text(), text.At("title").Text())
            );
        }
        return facts.ToImmutable();
    }

    public static ImmutableArray<(string, string)> Decisions(JsonNode? report) =>
        [
            .. from decision in report.At("plan", "decisions").Items()
            let subject = decision.At("subject").Text()
            let reason = decision.At("reason").Text()
            where subject is not null && reason is not null
            select (subject, reason),
        ];

    public static VerifyReport? Verification(JsonNode? verify) =>
        verify.At("verdict").Text() is not { } verdict
            ? null
            : new VerifyReport(
                verdict,
                (int)(verify.At("gate", "pass").Number() ?? 0),
                (int)(verify.At("gate", "fail").Number() ?? 0),
                [
                    .. from result in verify.At("results").Items()
                    where result.At("verdict").Text() == "fail"
                    select new VerifyFinding(
                        result.At("rule").Text() ?? "",
                        result.At("source").Text() ?? "",
                        result.At("level").Text() ?? "",
                        result.At("class").Text() == "gate",
                        string.Join(
                            " ",
                            result.At("findings").Items().Take(3).Select(WordsOf).OfType<string>()
                        )
                    ),
                ]
            );

    /// <summary>Caps of video renditions, by name.</summary>
    public static long? CapOf(JsonNode? report, string rendition) =>
        report
            .At("plan", "video", "renditions")
            .Items()
            .FirstOrDefault(each => each.At("name").Text() == rendition)
            .At("maxBitrate")
            .Number()
            is { } cap
            ? (long)cap
            : null;

    private static string? WordsOf(JsonNode? finding) =>
        finding.Text()
        ?? Joined(
            finding.At("where").Text() ?? finding.At("file").Text(),
            finding.At("message").Text() ?? finding.At("what").Text() ?? finding.At("detail").Text()
        );

    private static string Picture(JsonNode? video) =>
        Joined(
            $"{video.At("codec").Text()?.ToUpperInvariant()} {video.At("profile").Text()}".Trim(),
            video.At("width").Number() is { } width && video.At("height").Number() is { } height
                ? $"{width}×{height}"
                : null,
            Rate(video.At("frameRate").Text()),
            video.At("bitDepth").Number() is > 8 and var bits ? $"{bits} bit" : null,
            video.At("fieldOrder").Text() is { } order and not "progressive"
                ? $"interlaced ({order})"
                : null,
            video.At("rotation").Number() is > 0 and var turned ? $"turned by {turned}°" : null,
            video.At("bitRate").Number() is { } rate ? Say.Rate(rate) : null
        )!;

    private static string? Colour(JsonNode? colour) =>
        Joined(
            colour.At("hdr").Text()?.ToUpperInvariant(),
            colour.At("matrix").Text(),
            colour.At("transfer").Text() is { } curve && curve != colour.At("matrix").Text()
                ? curve
                : null
        );

    private static string Sound(JsonNode? sound) =>
        Joined(
            sound.At("codec").Text()?.ToUpperInvariant(),
            sound.At("layout").Text()
                ?? (sound.At("channels").Number() is { } channels ? $"{channels} channels" : null),
            sound.At("sampleRate").Number() is { } rate
                ? (rate / 1000).ToString(CultureInfo.InvariantCulture) + " kHz"
                : null,
            sound.At("language").Text(),
            sound.At("title").Text(),
            sound.At("bitRate").Number() is { } bits ? Say.Rate(bits) : null
        )!;

    /// <summary><c>30000/1001</c> as <c>29.97 frames/s</c>.</summary>
    private static string? Rate(string? text)
    {
        var parts = (text ?? "").Split('/');
        return double.TryParse(parts[0], CultureInfo.InvariantCulture, out var top)
            ? Math.Round(
                    top
                        / (
                            parts.Length > 1
                            && double.TryParse(
                                parts[1],
                                CultureInfo.InvariantCulture,
                                out var under
                            )
                            && under > 0
                                ? under
                                : 1
                        ),
                    3
                )
                .ToString(CultureInfo.InvariantCulture) + " frames/s"
            : null;
    }

    private static string? Joined(params ReadOnlySpan<string?> parts)
    {
        var some = new List<string>();
        foreach (var part in parts)
        {
            if (part is { Length: > 0 })
            {
                some.Add(part);
            }
        }
        return some.Count == 0 ? null : string.Join(", ", some);
    }
}
