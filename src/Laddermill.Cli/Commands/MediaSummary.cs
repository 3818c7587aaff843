using Laddermill.Media;

namespace Laddermill.Cli.Commands;

/// <summary>Facts about a source, a line for each stream.</summary>
internal static class MediaSummary
{
    public static IEnumerable<string> Lines(string name, MediaInfo info) =>
        [
            Join(
                $"{name}: {info.Container}",
                info.Duration is { } seconds
                    ? Words.Invariant($"{seconds:0.000} s")
                    : "unknown length",
                info.StartTime != 0 ? Words.Invariant($"starts at {info.StartTime:0.000} s") : null,
                info.Size is { } size ? Words.Size(size) : null,
                info.BitRate is { } rate ? Words.Rate(rate) : null
            ),
            .. info.Video.Select(Line),
            .. info.Audio.Select(Line),
            .. info.Subtitles.Select(Line),
            .. info.Other.Select(stream =>
                $"  {stream.Kind} #{stream.Index}: {stream.Codec ?? "unknown"}"
            ),
        ];

    private static string Line(VideoStream stream) =>
        Join(
            $"  video #{stream.Index}: {Codec(stream.Codec, stream.Profile)}",
            $"{stream.Width}x{stream.Height}{Shown(stream)}",
            Rate(stream),
            stream.FieldOrder is null or "progressive" ? null : $"interlaced ({stream.FieldOrder})",
            stream.PixelFormat,
            Colour(stream.Colour),
            stream.BitRate is { } rate ? Words.Rate(rate) : null,
            stream.HasClosedCaptions ? "closed captions" : null,
            stream.IsAttachedPicture ? "cover art" : null,
            Tags(stream.Language, stream.Title, stream.IsDefault)
        );

    private static string Line(AudioStream stream) =>
        Join(
            $"  audio #{stream.Index}: {Codec(stream.Codec, stream.Profile)}",
            Words.Invariant($"{stream.SampleRate} Hz"),
            stream.Layout ?? Words.Invariant($"{stream.Channels} channels"),
            stream.BitRate is { } rate ? Words.Rate(rate) : null,
            stream.IsCommentary ? "commentary" : null,
            stream.IsVisualImpaired ? "for the visually impaired" : null,
            stream.IsHearingImpaired ? "for the hearing impaired" : null,
            Tags(stream.Language, stream.Title, stream.IsDefault)
        );

    private static string Line(SubtitleStream stream) =>
        Join(
            $"  subtitles #{stream.Index}: {stream.Codec}",
            stream.IsText ? "text" : "pictures",
            stream.IsForced ? "forced" : null,
            stream.IsHearingImpaired ? "for the hearing impaired" : null,
            Tags(stream.Language, stream.Title, stream.IsDefault)
        );

    private static string Shown(VideoStream stream)
    {
        var size = $"{stream.DisplayWidth}x{stream.DisplayHeight}";
        return size == $"{stream.Width}x{stream.Height}" && stream.Rotation == 0 ? ""
            : stream.Rotation == 0 ? $" (shown as {size})"
            : $" (turned by {stream.Rotation}°, shown as {size})";
    }

    private static string? Rate(VideoStream stream) =>
        stream.FrameRate is not { } rate
            ? null
            : Words.Invariant($"{rate.ToDouble():0.###} frames/s")
                + (stream.IsVariableFrameRate ? " on average" : "");

    private static string? Colour(ColourDescription colour)
    {
        string?[] words =
        [
            colour.Hdr,
            colour.Primaries,
            colour.Transfer,
            colour.Matrix,
            colour.Range,
        ];
        var known = words.OfType<string>().Distinct().ToList();
        return known.Count == 0 ? null : string.Join(' ', known);
    }

    private static string Codec(string codec, string? profile) =>
        profile is null ? codec : $"{codec} {profile}";

    private static string? Tags(string? language, string? title, bool isDefault)
    {
        string?[] words =
        [
            language,
            title is null ? null : $"\"{title}\"",
            isDefault ? "default" : null,
        ];
        var known = words.OfType<string>().ToList();
        return known.Count == 0 ? null : string.Join(' ', known);
    }

    private static string Join(params string?[] parts) => string.Join(", ", parts.OfType<string>());
}
