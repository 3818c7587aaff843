using System.Globalization;
using System.Text.Json;

namespace Laddermill.Media;

/// <summary>ffprobe's JSON (<c>-show_format -show_streams</c>) into <see cref="MediaInfo"/>. Pure: reads text, starts nothing.</summary>
public static class FfprobeReader
{
    /// <param name="name">What people call the source.</param>
    /// <exception cref="RejectedException"><c>not-media</c>, or <c>no-media-streams</c>.</exception>
    public static MediaInfo Read(ReadOnlyMemory<byte> json, string name)
    {
        using var document = Parse(json, name);
        var root = document.RootElement;
        if (
            root.Member("format") is not { } format
            || format.Word("format_name") is not { } container
        )
        {
            throw NotMedia(name);
        }
        var start = format.Seconds("start_time") ?? 0;
        var streams = root.Items("streams")
            .ToLookup(stream => stream.Text("codec_type") ?? "unknown");
        var info = new MediaInfo(
            container,
            format.Seconds("duration") is { } duration and > 0
            && !root.Items("streams").Any(IsOpenEnded)
                ? duration
                : null,
            start,
            format.Long("size") is { } size and > 0 ? size : null,
            format.Long("bit_rate") is { } rate and > 0 ? rate : null,
            [.. streams["video"].Select(stream => VideoStreamReader.Read(stream, start))],
            [.. streams["audio"].Select(stream => Audio(stream, start))],
            [.. streams["subtitle"].Select(Subtitle)],
            [.. Others(streams)]
        )
        {
            IsEncrypted =
                root.Items("streams")
                    .SelectMany(stream => stream.Items("side_data_list"))
                    .Any(data => data.Text("side_data_type") is "Encryption initialization data")
                // How ffmpeg's reader of ASF reports its content encryption objects (ASF 1.2, 3.14 and 3.15).
                || format.Member("tags")?.Text("encryption")
                    is "ASF Content Encryption"
                        or "ASF Extended Content Encryption",
        };
        return info.MainVideo is null && info.Audio.IsEmpty
            ? throw new RejectedException(
                RejectionCode.NoMediaStreams,
                $"'{name}' has neither a moving picture nor sound."
            )
            : info;
    }

    internal static RejectedException NotMedia(string name) =>
        new(RejectionCode.NotMedia, $"'{name}' is no video or audio file that can be read.");

    internal static JsonDocument Parse(ReadOnlyMemory<byte> json, string name)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException)
        {
            throw NotMedia(name);
        }
    }

    /// <summary><c>und</c> is how files say that they do not know.</summary>
    internal static string? Language(JsonElement stream) =>
        stream.Member("tags")?.Word("language") is { } language && language is not "und"
            ? language
            : null;

    internal static string? Title(JsonElement stream) => stream.Member("tags")?.Word("title");

    internal static string Codec(JsonElement stream) => stream.Word("codec_name") ?? "unknown";

    /// <summary>Null where the container numbers codecs instead of naming them.</summary>
    internal static string? CodecTag(JsonElement stream) =>
        stream.Word("codec_tag_string") is { } tag && !tag.Contains('[') ? tag.Trim() : null;

    internal static bool Disposition(JsonElement stream, string name) =>
        stream.Member("disposition")?.Flag(name) ?? false;

    /// <summary>MP4's word for a length that was not known when its header was written: all ones (ISO/IEC 14496-12 §8.2.2.3).</summary>
    private static bool IsOpenEnded(JsonElement stream) =>
        stream.Long("duration_ts") is uint.MaxValue;

    /// <summary>In seconds; Matroska has it in a tag only: <c>01:02:03.004000000</c>.</summary>
    internal static double? Duration(JsonElement stream)
    {
        if (IsOpenEnded(stream))
        {
            return null;
        }
        var seconds =
            stream.Seconds("duration")
            ?? (
                stream.Member("tags")?.Text("DURATION")?.Split(':') is [var h, var m, var s]
                    ? 3600 * Number(h) + 60 * Number(m) + Number(s)
                    : null
            );
        return seconds > 0 && double.IsFinite(seconds.Value) ? seconds : null;
    }

    private static double Number(string text) =>
        double.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value : double.NaN;

    private static AudioStream Audio(JsonElement stream, double start) =>
        new(
            Index(stream),
            Codec(stream),
            stream.Word("profile"),
            stream.Positive("sample_rate") ?? 0,
            stream.Positive("channels") ?? 0,
            stream.Word("channel_layout"),
            Language(stream),
            Title(stream),
            Disposition(stream, "default"),
            Disposition(stream, "comment"),
            Disposition(stream, "visual_impaired") || Disposition(stream, "descriptions"),
            Disposition(stream, "hearing_impaired"),
            stream.Seconds("start_time") ?? start,
            Duration(stream),
            stream.Long("bit_rate") is { } rate and > 0 ? rate : null
        )
        {
            CodecTag = CodecTag(stream),
            IsDependent = Disposition(stream, "dependent"),
        };

    private static SubtitleStream Subtitle(JsonElement stream) =>
        new(
            Index(stream),
            Codec(stream),
            SubtitleStream.IsTextCodec(Codec(stream)),
            Language(stream),
            Title(stream),
            Disposition(stream, "default"),
            Disposition(stream, "forced"),
            Disposition(stream, "hearing_impaired")
        );

    private static IEnumerable<OtherStream> Others(ILookup<string, JsonElement> streams) =>
        streams
            .Where(group => group.Key is not ("video" or "audio" or "subtitle"))
            .SelectMany(group =>
                group.Select(stream => new OtherStream(
                    Index(stream),
                    group.Key,
                    stream.Word("codec_name") ?? CodecTag(stream)
                ))
            )
            .OrderBy(stream => stream.Index);

    internal static int Index(JsonElement stream) =>
        stream.Long("index") is { } index and >= 0 and <= int.MaxValue ? (int)index : 0;
}
