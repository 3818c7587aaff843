using Laddermill.Media;

namespace Laddermill.Ladders;

/// <summary>When the source's frames come: from the container's word or, where that leaves a doubt, from its packets.</summary>
/// <param name="Rate">Frames/s: of a steady source its own, else what it is meant to be.</param>
/// <param name="Start">Source time of the first frame, seconds.</param>
/// <param name="Length">From the first frame to the end of the last, seconds.</param>
/// <param name="Frames">Null when unknown.</param>
/// <param name="WhyNoSeek">
/// Why decoding cannot begin in mid-file and land on exactly known frames, in words; null when it can.
/// </param>
internal sealed record SourceTiming(
    Rational Rate,
    bool IsSteady,
    double Start,
    double Length,
    long? Frames,
    string? WhyNoSeek,
    FrameScan? Scan,
    bool HasIndex
)
{
    private static readonly string[] Indexed = ["mov", "matroska", "webm"];

    public bool CanSeek => WhyNoSeek is null;

    /// <summary>Whether only decoding times are known, so that the first frame's own time must be taken when it is decoded.</summary>
    public bool StartIsGuess => Scan is { HasPresentationTimes: false };

    /// <exception cref="RejectedException">Nobody says how long the video is.</exception>
    public static SourceTiming Of(MediaInfo source, VideoStream stream, FrameScan? scan)
    {
        var names = source.Container.Split(',');
        var hasIndex = names.Intersect(Indexed).Any();
        var whyNoSeek = scan switch
        {
            { Jumps.Length: > 0 } => "its time stamps jump",
            { HasPresentationTimes: false } => "its frames carry no times of their own",
            _ when (scan?.FrameCount ?? stream.FrameCount) == 1 => "it is a single picture",
            _ when hasIndex || (scan is not null && names.Contains("mpegts")) => null,
            _ => $"a {names[0]} file cannot be entered at an exact frame",
        };
        if (scan is not null)
        {
            var rate = scan.IsSteady
                ? FrameRates.Tidy(scan.FrameRate, scan.FrameCount)
                : scan.TypicalRate;
            return new SourceTiming(
                rate,
                scan.IsSteady,
                // Decoding begins before the first picture is shown; with no other times than those, the demuxer knows better when that is.
                scan.HasPresentationTimes
                    ? scan.Start
                    : Math.Max(scan.Start, stream.StartTime),
                scan.Duration,
                scan.FrameCount,
                whyNoSeek,
                scan,
                hasIndex
            );
        }
        var declared = stream.FrameRate ?? stream.BaseFrameRate ?? new Rational(25, 1);
        var length =
            stream.Duration
            ?? source.Duration
            ?? stream.FrameCount / declared.ToDouble()
            ?? throw new RejectedException(
                RejectionCode.UnknownDuration,
                "Neither the container nor its packets say how long the video is; remux it, for example to Matroska."
            );
        return new SourceTiming(
            stream.FrameCount is { } frames ? FrameRates.Tidy(declared, frames) : declared,
            !stream.IsVariableFrameRate,
            stream.StartTime,
            length,
            stream.FrameCount,
            whyNoSeek,
            null,
            hasIndex
        );
    }

    /// <summary>Frames of <paramref name="rate"/> that show the whole source from <paramref name="origin"/> on; at least 1.</summary>
    public long FramesAt(Rational rate, double origin)
    {
        var before = (long)
            Math.Round((Start - origin) * rate.ToDouble(), MidpointRounding.AwayFromZero);
        var shown =
            IsSteady && Frames is { } frames
                ? rate.DividedBy(Rate).RoundTimes(frames)
                : (long)Math.Round(Length * rate.ToDouble(), MidpointRounding.AwayFromZero);
        return Math.Max(1, before + shown);
    }

    /// <summary>
    /// Source time to seek to so that the frame shown at <paramref name="time"/> is decoded: a little before it, or, in an uneven source, before the frame
    /// that is still standing then.
    /// </summary>
    public double SeekFor(double time)
    {
        var standing = Scan is null
            ? time
            : Math.Min(time, LastAtOrBefore(Scan.Times, time) ?? time);
        var target = standing - 1.5 / Rate.ToDouble();
        if (HasIndex || Scan is null)
        {
            return target;
        }
        // MPEG-TS has no index: ffmpeg lands on any packet near the time, and decodes from the next key frame on.
        return (LastAtOrBefore(Scan.KeyTimes, target) ?? Start) - 0.5;
    }

    private double? LastAtOrBefore(IReadOnlyList<long> times, double time)
    {
        var timeBase = Scan!.TimeBase.ToDouble();
        var (low, high) = (0, times.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = times[middle] * timeBase <= time ? (middle + 1, high) : (low, middle);
        }
        return low == 0 ? null : times[low - 1] * timeBase;
    }
}
