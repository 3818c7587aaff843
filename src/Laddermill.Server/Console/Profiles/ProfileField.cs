using Laddermill.Ladders;

namespace Laddermill.Server.Console.Profiles;

public enum FieldKind
{
    Number,
    Text,
    Choice,
    Flag,

    /// <summary>Texts, separated by spaces or commas.</summary>
    List,
}

/// <summary>One field of a profile, as people edit it.</summary>
/// <param name="Path">Such as <c>segments.gopSeconds</c>; of a rung, its name alone.</param>
/// <param name="Hint">What it means, with its limits.</param>
public sealed record ProfileField(
    string Path,
    string Label,
    FieldKind Kind,
    string Hint,
    params IReadOnlyList<string> Choices
);

/// <summary>Fields that belong together.</summary>
public sealed record ProfileGroup(string Title, IReadOnlyList<ProfileField> Fields)
{
    /// <summary>All but the rungs, in the order of profiles.json, which explains them at length.</summary>
    public static IReadOnlyList<ProfileGroup> All { get; } =
    [
        new(
            "About it",
            [
                new("description", "What it is for", FieldKind.Text, "A sentence."),
                new(
                    "maxCost",
                    "A film costs at most",
                    FieldKind.Number,
                    "By the estimate, in the currency of the server's prices; dearer ones are refused. 0: whatever it costs."
                ),
            ]
        ),
        new(
            "Segments",
            [
                new(
                    "segments.gopSeconds",
                    "Key frame every, s",
                    FieldKind.Number,
                    "How fast a player can seek and switch; 0.5 to 10."
                ),
                new(
                    "segments.gopsPerSegment",
                    "Of these in a segment",
                    FieldKind.Number,
                    "1 to 10; segments of 1 to 15 s."
                ),
                new(
                    "segments.segmentsPerRange",
                    "Segments in a range",
                    FieldKind.Number,
                    "What one encoder makes from a fresh start; 1 to 100."
                ),
                new(
                    "segments.progressive",
                    "Plays while it is made",
                    FieldKind.Flag,
                    "The first version of a film alone."
                ),
                new(
                    "segments.transportStream",
                    "MPEG-TS too",
                    FieldKind.Flag,
                    "For old devices; HLS alone."
                ),
            ]
        ),
        new(
            "Pictures",
            [
                new("video.codec", "Codec", FieldKind.Choice, "", "h264"),
                new(
                    "video.rateControl",
                    "Rate",
                    FieldKind.Choice,
                    "capped-crf: constant quality below the cap. constant: the cap all the time.",
                    "capped-crf",
                    "constant"
                ),
                new(
                    "video.passthrough",
                    "The source's own stream",
                    FieldKind.Choice,
                    "auto: it is the best rendition where players can take it as it is. never: all is encoded.",
                    "auto",
                    "never"
                ),
                new(
                    "video.hevcPassthrough",
                    "A source's own HEVC",
                    FieldKind.Choice,
                    "auto: published as well, beside all rungs, where players can take it as it is. never: it is not.",
                    "auto",
                    "never"
                ),
                new(
                    "video.perTitle",
                    "Fitted to each film",
                    FieldKind.Flag,
                    "Samples are encoded first; quality that nobody sees is not paid for."
                ),
                new(
                    "video.bufferSeconds",
                    "Buffer, s",
                    FieldKind.Number,
                    "How long a hard scene may exceed the cap; 0.5 to 4."
                ),
                new(
                    "video.minFrameRate",
                    "Least frames/s",
                    FieldKind.Number,
                    "Slower sources repeat frames; 1 to 30."
                ),
                new(
                    "video.maxFrameRate",
                    "Most frames/s",
                    FieldKind.Number,
                    "Faster sources keep every second (third …) frame; 24 to 60."
                ),
            ]
        ),
        new(
            "Sound",
            [
                new("audio.codec", "Codec", FieldKind.Choice, "", "aac"),
                new(
                    "audio.bitrate",
                    "Rate, bit/s",
                    FieldKind.Number,
                    "Of a stereo track; 32000 to 512000."
                ),
                new("audio.sampleRate", "Samples/s", FieldKind.Choice, "", "48000", "44100"),
                new(
                    "audio.channels",
                    "Channels",
                    FieldKind.Choice,
                    "More are mixed down.",
                    "2",
                    "1"
                ),
                new(
                    "audio.surround",
                    "Surround",
                    FieldKind.Choice,
                    "Beside the stereo mix, where the source has it.",
                    "5.1",
                    "none"
                ),
                new(
                    "audio.surroundBitrate",
                    "Rate of surround, bit/s",
                    FieldKind.Number,
                    "128000 to 640000."
                ),
                new(
                    "audio.loudness.mode",
                    "Loudness",
                    FieldKind.Choice,
                    "ebu-r128: every track is brought to the target.",
                    "off",
                    "ebu-r128"
                ),
                new(
                    "audio.loudness.target",
                    "Target, LUFS",
                    FieldKind.Number,
                    "-31 to -9; -16 is usual for streams."
                ),
                new("audio.loudness.peak", "Peaks below, dBTP", FieldKind.Number, "-9 to 0."),
            ]
        ),
        new(
            "Subtitles, thumbnail, source",
            [
                new("subtitles.tracks", "Subtitles", FieldKind.Choice, "", "all", "none"),
                new(
                    "subtitles.languages",
                    "Only these languages",
                    FieldKind.List,
                    "Such as en pt-BR; empty: every language."
                ),
                new("thumbnail.atSeconds", "Thumbnail at, s", FieldKind.Number, "0 to 3600."),
                new("thumbnail.maxWidth", "Its width at most", FieldKind.Number, "16 to 4096."),
                new("thumbnail.maxHeight", "Its height at most", FieldKind.Number, "16 to 4096."),
                new(
                    "source.leastDecoded",
                    "Least that must be decodable",
                    FieldKind.Number,
                    "Share of the source, 0 to 1; below, it is refused."
                ),
            ]
        ),
    ];

    /// <summary>Whether a field is on the page, so that what is wrong with it is told there.</summary>
    public static bool Covers(string path) =>
        path.StartsWith("video.rungs", StringComparison.Ordinal)
        || All.Any(group => group.Fields.Any(field => field.Path == path));

    /// <summary>Of each rung.</summary>
    public static IReadOnlyList<ProfileField> Rung { get; } =
    [
        new("name", "Name", FieldKind.Text, ""),
        new("width", "Width", FieldKind.Number, ""),
        new("height", "Height", FieldKind.Number, ""),
        new("maxBitrate", "Cap, bit/s", FieldKind.Number, ""),
        new("crf", "CRF", FieldKind.Number, ""),
        new("preset", "Preset", FieldKind.Choice, "", X264Presets.Names),
        new("encoderOptions", "x264 options", FieldKind.List, ""),
        new("threads", "Threads", FieldKind.Number, ""),
    ];
}
