using Laddermill.Media;

namespace Laddermill.Packaging.Dash;

/// <summary>
/// The MPD's minBufferTime (ISO/IEC 23009-1 §5.3.1.2): how long a player must have loaded at exactly a Representation's @bandwidth, from any segment on, so
/// that it never runs dry.
/// </summary>
internal static class BufferTime
{
    private const int Minimum = 2;

    /// <summary>
    /// Seconds, rounded up to tenths, at least 2. Measured with GOPs as the pieces that arrive: a player can show one only when it is there.
    /// </summary>
    public static Rational Of(IEnumerable<VideoTrack> tracks, int targetDuration)
    {
        var seconds = tracks.Select(track => Needed(track, targetDuration)).Append(Minimum).Max();
        return new Rational((long)Math.Ceiling(10 * seconds), 10);
    }

    private static double Needed(VideoTrack track, int targetDuration)
    {
        var rate = (double)BitRate.Of(track, targetDuration).Peak;
        var (late, needed) = (0.0, 0.0);
        foreach (var segment in track.Segments)
        {
            for (var i = 0; i < segment.KeyFrames.Length; i++)
            {
                var key = segment.KeyFrames[i];
                var end =
                    i + 1 < segment.KeyFrames.Length
                        ? segment.KeyFrames[i + 1].Offset
                        : segment.Bytes;
                // How far loading is behind playing if it began at the worst of all places before.
                late += (end - key.Offset) * 8 / rate;
                needed = Math.Max(needed, late);
                late = Math.Max(0, late - (double)key.Duration / track.Timescale);
            }
        }
        return needed;
    }
}
