using Laddermill.Media;

namespace Laddermill.Ladders;

/// <summary>H.264 levels, ITU-T H.264 Table A-1.</summary>
public static class H264Level
{
    /// <summary>Level times ten; macroblocks/s; macroblocks in a frame; decoded picture buffer in macroblocks; High profile kbit/s (1.25 × MaxBR).</summary>
    private static readonly (int Level, long Rate, int Frame, int Buffer, int Kilobits)[] Limits =
    [
        (10, 1_485, 99, 396, 80),
        (11, 3_000, 396, 900, 240),
        (12, 6_000, 396, 2_376, 480),
        (13, 11_880, 396, 2_376, 960),
        (20, 11_880, 396, 2_376, 2_500),
        (21, 19_800, 792, 4_752, 5_000),
        (22, 20_250, 1_620, 8_100, 5_000),
        (30, 40_500, 1_620, 8_100, 12_500),
        (31, 108_000, 3_600, 18_000, 17_500),
        (32, 216_000, 5_120, 20_480, 25_000),
        (40, 245_760, 8_192, 32_768, 25_000),
        (42, 522_240, 8_704, 34_816, 62_500),
        (50, 589_824, 22_080, 110_400, 168_750),
        (51, 983_040, 36_864, 184_320, 300_000),
        (52, 2_073_600, 36_864, 184_320, 300_000),
    ];

    /// <summary>
    /// The lowest level that holds a stream: pinned, because x264 would otherwise follow the rate, and the ranges of one film must share
    /// one init segment.
    /// </summary>
    /// <param name="references">Reference frames the encoder may use; the level is raised until they fit its picture buffer.</param>
    public static int For(int width, int height, Rational frameRate, int maxBitrate, int references)
    {
        var frame = ((width + 15) / 16) * ((height + 15) / 16);
        var rate = frame * frameRate.ToDouble();
        foreach (var limit in Limits)
        {
            if (
                frame <= limit.Frame
                && rate <= limit.Rate
                && maxBitrate <= limit.Kilobits * 1000L
                && frame * references <= limit.Buffer
            )
            {
                return limit.Level;
            }
        }
        return Limits[^1].Level;
    }
}
