using Laddermill.Ladders;
using Laddermill.Media;

namespace Laddermill.Pricing;

/// <summary>
/// Foretells what a plan takes. What encoding a film takes is known from samples of it; the numbers here are what jobs take besides, and by how much samples are
/// wrong. They were fitted to jobs on one machine (bench/price), as is told in docs/pricing.md.
/// </summary>
public static class Estimator
{
    /// <summary>CPU seconds of any job: the runtime, looks at the source, the thumbnail, verifying.</summary>
    private const double FixedCpu = 2.0;

    /// <summary>CPU seconds of starting ffmpeg for one sample.</summary>
    private const double SampleCpu = 0.08;

    /// <summary>CPU seconds for a second of sound of one rendition, its decoding included.</summary>
    private const double SoundCpu = 0.03;

    /// <summary>What the film has of bytes for each frame, against the samples.</summary>
    private const double ByteFactor = 1.05;

    /// <summary>CPU seconds for a megapixel of a rendition's frame where there is no sample: of profile <c>default</c> and an ordinary film.</summary>
    private const double UsualCpu = 0.012;

    /// <summary>Bytes for a pixel of a rendition's frame where there is no sample.</summary>
    private const double UsualBytesPerPixel = 0.006;

    /// <summary>How much of the processors a job keeps busy.</summary>
    private const double Busy = 0.86;

    /// <summary>Wall seconds in which a job keeps no processor busy.</summary>
    private const double FixedWall = 0.8;

    /// <param name="content">What samples told; null where there are none.</param>
    /// <param name="prices">Of the machine that will do it; null for one like this, at no price.</param>
    public static JobCost Estimate(
        MediaInfo source,
        Plan plan,
        ContentMeasure? content,
        Prices? prices
    )
    {
        prices ??= new Prices();
        var cpu = FixedCpu + plan.Audio.Length * SoundCpu * plan.Duration;
        var bytes = plan.Audio.Sum(rendition => rendition.Bitrate / 8.0) * plan.Duration;
        if (plan.Video is { } video)
        {
            cpu += video.Frames * CpuPerFrame(video, content);
            bytes += video.Renditions.Sum(rendition =>
                Bytes(source, video, rendition, content) * video.Frames
            );
        }
        cpu /= prices.Speed;
        var cores = Math.Min(prices.Cores, EncodeRange.Cores * Math.Max(1, plan.Ranges.Length));
        return new JobCost(
            Math.Round(cpu, 1),
            Math.Round(FixedWall + cpu / (cores * Busy), 1),
            (long)bytes
        )
        {
            IsRough =
                content is null
                && plan.Video is { } picture
                && picture.Renditions.Any(rendition => rendition.Copied is null),
        }.At(prices);
    }

    private static double CpuPerFrame(VideoPlan video, ContentMeasure? content)
    {
        if (content is null)
        {
            return UsualCpu
                * video
                    .Renditions.Where(rendition => rendition.Copied is null)
                    .Sum(rendition => rendition.Width * (double)rendition.Height / 1e6);
        }
        var frames = content.Work.Sum(sample => sample.Frames);
        return content.Work.Sum(sample => Math.Max(0, sample.CpuSeconds - SampleCpu))
            / (frames * content.TrialsPerRendition);
    }

    private static double Bytes(
        MediaInfo source,
        VideoPlan video,
        VideoRendition rendition,
        ContentMeasure? content
    )
    {
        var cap = rendition.MaxBitrate / 8.0 / video.FrameRate.ToDouble();
        if (rendition.Copied is { } copied)
        {
            return (source.MainVideo?.BitRate ?? copied.PeakBitrate)
                / 8.0
                / video.FrameRate.ToDouble();
        }
        if (video.RateControl == RateControl.Constant)
        {
            return cap;
        }
        var trial = content?.Of(rendition.Name, rendition.Crf);
        return Math.Min(
            cap,
            trial is null
                ? UsualBytesPerPixel * rendition.Width * rendition.Height
                : ByteFactor * trial.BytesPerFrame(video.GopFrames)
        );
    }
}
