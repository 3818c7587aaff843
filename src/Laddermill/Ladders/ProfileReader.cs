using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Laddermill.Ladders;

/// <summary>Turns a profile's JSON into a <see cref="Profile"/>, or tells everything that is wrong with it at once.</summary>
internal static partial class ProfileReader
{
    /// <summary>Encoder options that the plan owns: with others the ranges of one film would not join, or the grid would not hold.</summary>
    private static readonly string[] OwnedOptions =
    [
        "keyint",
        "min-keyint",
        "scenecut",
        "open-gop",
        "intra-refresh",
        "stitchable",
        "threads",
        "lookahead-threads",
        "sync-lookahead",
        "sliced-threads",
        "crf",
        "qp",
        "bitrate",
        "vbv-maxrate",
        "vbv-bufsize",
        "pass",
        "stats",
        "profile",
        "level",
        "fps",
        "force-cfr",
        "interlaced",
        "tff",
        "bff",
        "nal-hrd",
        "filler",
        "annexb",
        "repeat-headers",
        "qpfile",
        "opencl",
        "opencl-clbin",
        "dump-yuv",
        "log-file",
        "cqmfile",
    ];

    public static Profile Read(string name, JsonNode json, List<string> problems)
    {
        var fields = new JsonFields(json, name, problems);
        var profile = new Profile(
            name,
            fields.Text("description"),
            ReadSource(fields.Object("source")),
            ReadSegments(fields.Object("segments")),
            ReadVideo(fields.Object("video")),
            ReadAudio(fields.Object("audio")),
            ReadSubtitles(fields.Object("subtitles")),
            ReadThumbnail(fields.Object("thumbnail"))
        )
        {
            MaxCost = fields.NumberOr("maxCost", 0, 0, 1_000_000),
        };
        fields.RefuseOthers();
        return profile;
    }

    private static SourceSettings ReadSource(JsonFields fields)
    {
        var settings = new SourceSettings(fields.Number("leastDecoded", 0, 1));
        fields.RefuseOthers();
        return settings;
    }

    private static SegmentSettings ReadSegments(JsonFields fields)
    {
        var settings = new SegmentSettings(
            fields.Number("gopSeconds", 0.5, 10),
            fields.Integer("gopsPerSegment", 1, 10),
            fields.Integer("segmentsPerRange", 1, 100)
        )
        {
            TransportStream = fields.Flag("transportStream"),
            Progressive = fields.Flag("progressive", ifMissing: true),
        };
        if (
            settings.GopsPerSegment > 0
            && settings.GopSeconds * settings.GopsPerSegment is < 1 or > 15
        )
        {
            fields.Refuse(
                "gopsPerSegment",
                "times gopSeconds must make segments of 1 to 15 seconds."
            );
        }
        fields.RefuseOthers();
        return settings;
    }

    private static VideoSettings ReadVideo(JsonFields fields)
    {
        var codec = fields.Text("codec", "h264");
        var rateControl =
            fields.Text("rateControl", "capped-crf", "constant") == "constant"
                ? RateControl.Constant
                : RateControl.CappedCrf;
        var settings = new VideoSettings(
            codec,
            rateControl,
            fields.Number("bufferSeconds", 0.5, 4),
            fields.Integer("minFrameRate", 1, 30),
            fields.Integer("maxFrameRate", 24, 60),
            fields.List("rungs", 1, 8, ReadRung)
        )
        {
            Passthrough = ReadPassthrough(fields, "passthrough"),
            HevcPassthrough = ReadPassthrough(fields, "hevcPassthrough"),
            PerTitle = fields.Flag("perTitle"),
        };
        foreach (
            var twin in settings.Rungs.GroupBy(rung => rung.Name).Where(group => group.Count() > 1)
        )
        {
            fields.Refuse(
                "rungs",
                $"holds \"{twin.Key}\" more than once; each name is a folder of its own."
            );
        }
        for (var index = 1; index < settings.Rungs.Length; index++)
        {
            var (upper, lower) = (settings.Rungs[index - 1], settings.Rungs[index]);
            if (
                lower.Width > upper.Width
                || lower.Height > upper.Height
                || lower.MaxBitrate >= upper.MaxBitrate
            )
            {
                fields.Refuse(
                    "rungs",
                    $"must go from best to least: \"{lower.Name}\" is not below \"{upper.Name}\" in size and maxBitrate."
                );
            }
        }
        fields.RefuseOthers();
        return settings;
    }

    private static Passthrough ReadPassthrough(JsonFields fields, string name) =>
        fields.TextOr(name, "never", "auto", "never") == "auto"
            ? Passthrough.Auto
            : Passthrough.Never;

    private static Rung ReadRung(JsonFields fields)
    {
        var rung = new Rung(
            fields.Text("name"),
            fields.Integer("width", 16, 4096),
            fields.Integer("height", 16, 4096),
            fields.Integer("maxBitrate", 50_000, 100_000_000),
            fields.Number("crf", 10, 40),
            fields.Text("preset", X264Presets.Names.AsSpan()),
            fields.Texts("encoderOptions", 32),
            fields.Integer("threads", 1, 16)
        );
        if (!RungName.IsMatch(rung.Name))
        {
            fields.Refuse(
                "name",
                $"is \"{rung.Name}\"; it becomes a folder: 1 to 32 letters, digits and dashes."
            );
        }
        if (rung.Width % 2 != 0 || rung.Height % 2 != 0)
        {
            fields.Refuse("width", "and height must be even: 4:2:0 pictures have no odd sizes.");
        }
        foreach (var option in rung.EncoderOptions)
        {
            var key = option.Split('=')[0].Replace('_', '-');
            if (!EncoderOption.IsMatch(option))
            {
                fields.Refuse(
                    "encoderOptions",
                    $"holds \"{option}\"; each must be one key=value of x264."
                );
            }
            else if (OwnedOptions.Contains(key, StringComparer.OrdinalIgnoreCase))
            {
                fields.Refuse(
                    "encoderOptions",
                    $"holds \"{option}\"; \"{key}\" is set by the plan and may not be changed here."
                );
            }
        }
        fields.RefuseOthers();
        return rung;
    }

    private static AudioSettings ReadAudio(JsonFields fields)
    {
        var settings = new AudioSettings(
            fields.Text("codec", "aac"),
            fields.Integer("bitrate", 32_000, 512_000),
            fields.Integer("sampleRate", 44_100, 48_000),
            fields.Integer("channels", 1, 2),
            fields.Text("surround", "5.1", "none"),
            fields.Integer("surroundBitrate", 128_000, 640_000),
            ReadLoudness(fields.Object("loudness"))
        );
        if (settings.SampleRate is not (44_100 or 48_000))
        {
            fields.Refuse("sampleRate", $"is {settings.SampleRate}; it must be 44100 or 48000.");
        }
        fields.RefuseOthers();
        return settings;
    }

    private static LoudnessSettings ReadLoudness(JsonFields fields)
    {
        var settings = new LoudnessSettings(
            fields.Text("mode", "off", "ebu-r128"),
            fields.Number("target", -31, -9),
            fields.Number("peak", -9, 0)
        );
        fields.RefuseOthers();
        return settings;
    }

    private static SubtitleSettings ReadSubtitles(JsonFields fields)
    {
        var settings = new SubtitleSettings(
            fields.Text("tracks", "all", "none"),
            fields.Texts("languages", 64)
        );
        foreach (var language in settings.Languages.Where(each => !LanguageTag.IsMatch(each)))
        {
            fields.Refuse(
                "languages",
                $"holds \"{language}\"; each must be a BCP 47 tag such as \"en\" or \"pt-BR\", or \"und\"."
            );
        }
        fields.RefuseOthers();
        return settings;
    }

    private static ThumbnailSettings ReadThumbnail(JsonFields fields)
    {
        var settings = new ThumbnailSettings(
            fields.Number("atSeconds", 0, 3600),
            fields.Integer("maxWidth", 16, 4096),
            fields.Integer("maxHeight", 16, 4096)
        );
        fields.RefuseOthers();
        return settings;
    }

    [GeneratedRegex("^[A-Za-z0-9-]{1,32}$")]
    private static partial Regex RungName { get; }

    [GeneratedRegex("^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*\\z")]
    private static partial Regex LanguageTag { get; }

    [GeneratedRegex("^[A-Za-z0-9_-]+=[A-Za-z0-9_.,-]+$")]
    private static partial Regex EncoderOption { get; }
}
