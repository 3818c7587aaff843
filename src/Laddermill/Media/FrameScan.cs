using System.Collections.Immutable;

namespace Laddermill.Media;

/// <summary>
/// When the frames of a video stream are shown: exact, and what no header tells. All times are ticks of <see cref="TimeBase"/>.
/// </summary>
/// <param name="Times">Presentation time of every frame that is shown, in order of time.</param>
/// <param name="KeyTimes">Those at which decoding can start.</param>
/// <param name="EndTime">When the last frame has been shown.</param>
/// <param name="FrameRate">
/// Of a steady stream: the rate whose grid all frames keep to. Else the average. A common rate where one fits, else a small fraction.
/// </param>
/// <param name="TypicalRate">From the most usual distance of two frames: what a stream with holes is meant to be.</param>
/// <param name="IsSteady">
/// Whether every frame is within half a frame of its place at <see cref="FrameRate"/>, and none is missing: then frame n is shown at n
/// divided by the rate, and no conversion of the rate is needed.
/// </param>
/// <param name="HasPresentationTimes">
/// False where the container tells times of decoding only (AVI), or none (bare streams): distances are right, the start may be off by
/// the frames that a decoder holds back.
/// </param>
/// <param name="Jumps">Where time stamps leap or run backwards, in order of the file.</param>
public sealed record FrameScan(
    Rational TimeBase,
    ImmutableArray<long> Times,
    ImmutableArray<long> KeyTimes,
    long EndTime,
    Rational FrameRate,
    Rational TypicalRate,
    bool IsSteady,
    bool HasPresentationTimes,
    ImmutableArray<TimeJump> Jumps
)
{
    /// <summary>The packets themselves, one for each coded picture.</summary>
    public CodedVideo? Coded { get; init; }

    public int FrameCount => Times.Length;

    /// <summary>Seconds at which the first frame is shown.</summary>
    public double Start => Seconds(Times[0]);

    /// <summary>Seconds from the first frame's start to the last frame's end.</summary>
    public double Duration => Seconds(EndTime - Times[0]);

    /// <summary>
    /// Whether the container's own figures leave a doubt, so that the packets must be read. MP4 and MOV hold an exact table of frames; when
    /// its count, duration and rate agree and the rate is plain, there is nothing more to learn.
    /// </summary>
    public static bool IsNeeded(MediaInfo info)
    {
        var isIndexed = info.Container.Split(',').Contains("mov");
        if (
            !isIndexed
            || info.MainVideo
                is not {
                    IsVariableFrameRate: false,
                    FrameRate: { } rate,
                    FrameCount: { } frames,
                    Duration: { } duration
                } video
        )
        {
            return true;
        }
        var isPlain = rate == video.BaseFrameRate || CommonRates.Contains(rate);
        return !isPlain || Math.Abs(duration * rate.ToDouble() - frames) > 0.5;
    }

    internal static readonly ImmutableArray<Rational> CommonRates =
    [
        new(24000, 1001),
        new(24, 1),
        new(25, 1),
        new(30000, 1001),
        new(30, 1),
        new(50, 1),
        new(60000, 1001),
        new(60, 1),
    ];

    private double Seconds(long ticks) => ticks * TimeBase.ToDouble();
}

/// <summary>Two packets that follow each other in the file, but not in time.</summary>
/// <param name="Before">Decoding time of the last packet before the jump.</param>
/// <param name="After">Decoding time of the first one after it.</param>
public sealed record TimeJump(long Before, long After);
