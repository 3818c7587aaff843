using System.Collections.Immutable;
using System.Globalization;
using Laddermill.Verification.Model;

namespace Laddermill.Verification.Playlists;

/// <summary>Reads a media playlist (RFC 8216bis §4.4.3, §4.4.4).</summary>
internal static class MediaPlaylistReader
{
    public static MediaPlaylist Read(string path, ReadOnlySpan<byte> bytes)
    {
        var problems = new List<string>();
        var lines = PlaylistLines.Read(bytes, problems);
        var maps = ImmutableArray.CreateBuilder<AttributeList>();
        var segments = ImmutableArray.CreateBuilder<SegmentEntry>();
        int? target = null;
        decimal? duration = null;
        ByteRange? range = null;
        (string? Uri, long End) before = default;
        foreach (var line in lines)
        {
            switch (line.Tag)
            {
                case null:
                    if (duration is null)
                    {
                        problems.Add($"line {line.Number}: a segment without EXTINF");
                    }
                    segments.Add(
                        new(
                            line.Number,
                            duration ?? 0,
                            line.Value,
                            OutputPath.Resolve(path, line.Value),
                            range is { Offset: < 0 } open
                                ? open with
                                {
                                    Offset = before.Uri == line.Value ? before.End : 0,
                                }
                                : range,
                            maps.Count > 0
                        )
                    );
                    before = (line.Value, segments[^1].Range?.End ?? 0);
                    (duration, range) = (null, null);
                    break;
                case "EXTINF":
                    duration = ReadDuration(line, problems);
                    break;
                case "EXT-X-BYTERANGE":
                    range = ReadRange(line, problems);
                    break;
                case "EXT-X-MAP":
                    maps.Add(AttributeList.Read(line.Number, line.Value, problems));
                    break;
                case "EXT-X-TARGETDURATION":
                    target = ReadTarget(line, problems);
                    break;
                default:
                    TagGrammar.Check(line, TagGrammar.Place.Media, problems);
                    break;
            }
        }
        if (duration is not null || range is not null)
        {
            problems.Add("the last EXTINF or EXT-X-BYTERANGE has no segment behind it");
        }
        return new(
            path,
            bytes.Length,
            lines,
            [.. problems],
            target,
            maps.DrainToImmutable(),
            segments.DrainToImmutable()
        );
    }

    private static decimal ReadDuration(PlaylistLine line, List<string> problems)
    {
        var comma = line.Value.IndexOf(',', StringComparison.Ordinal);
        var text = comma < 0 ? line.Value : line.Value[..comma];
        if (
            comma >= 0
            && decimal.TryParse(
                text,
                NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out var seconds
            )
        )
        {
            return seconds;
        }
        problems.Add($"line {line.Number}: EXTINF:{line.Value} is no duration and comma");
        return 0;
    }

    private static int? ReadTarget(PlaylistLine line, List<string> problems)
    {
        if (
            int.TryParse(
                line.Value,
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var seconds
            )
        )
        {
            return seconds;
        }
        problems.Add($"line {line.Number}: EXT-X-TARGETDURATION:{line.Value} is no whole number");
        return null;
    }

    /// <summary>An offset of -1 means "where the range before it ended".</summary>
    private static ByteRange? ReadRange(PlaylistLine line, List<string> problems)
    {
        var parts = line.Value.Split('@');
        long offset = -1;
        if (
            parts.Length <= 2
            && TryRead(parts[0], out var length)
            && (parts.Length == 1 || TryRead(parts[1], out offset))
        )
        {
            return new(offset, length);
        }
        problems.Add($"line {line.Number}: EXT-X-BYTERANGE:{line.Value} is no length@offset");
        return null;

        static bool TryRead(string text, out long value) =>
            long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }
}
