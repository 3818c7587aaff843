using System.Collections.Immutable;
using System.Globalization;

namespace Laddermill.Ladders;

/// <summary>Fits a ladder to what a film needs, by samples of it: quality that nobody sees is not paid for. Pure.</summary>
internal static class PerTitle
{
    /// <summary>By how much the trials of each rung are above the profile's CRF; the last is the furthest that a rung is brought to.</summary>
    public static readonly ImmutableArray<double> CrfSteps = [0, 5];

    /// <summary>Structural similarity that a rung must keep.</summary>
    private const double LeastSsim = 0.99;

    /// <summary>Structural similarity that a rung may lose against the profile's quality.</summary>
    private const double MostLoss = 0.002;

    /// <summary>
    /// A rung of which the next smaller one loses less than this shows nothing more than it. Real pictures lose 0.007 and more from 1080 to 720 lines, enlarged ones 0.003 and
    /// less, rounding alone 0.002; encoding loses about 0.01.
    /// </summary>
    private const double SameDetail = 0.003;

    /// <summary>The cap is so many times what the hardest sample takes: films have harder moments than samples.</summary>
    private const double Headroom = 2;

    /// <summary>Never below this part of the profile's cap.</summary>
    private const double LeastCap = 0.3;

    /// <summary>bit/s.</summary>
    private const int CapStep = 50_000;

    private const double HalfStep = 0.5;

    /// <summary>Trials may take this part of what the film takes at most; a shorter film is encoded as the profile says.</summary>
    private const double MostWork = 0.05;

    /// <summary>Why the film is not worth trying out, in words; null when it is.</summary>
    public static string? Obstacle(VideoPlan video, ImmutableArray<SampleRange> samples)
    {
        if (video.RateControl == RateControl.Constant)
        {
            return "the rate is constant";
        }
        var frames = samples.Sum(sample => sample.FrameCount);
        return samples.IsEmpty ? "there is no moving picture to try"
            : frames * CrfSteps.Length > video.Frames * MostWork
                ? "the film is too short: trying would cost more than it saves"
            : null;
    }

    /// <summary>The rungs as this film needs them.</summary>
    /// <param name="fitted">Best first.</param>
    /// <param name="copied">Name of the rung that is a copy of the source, which costs nothing; null when none is.</param>
    public static IReadOnlyList<FittedRung> Adapt(
        IReadOnlyList<FittedRung> fitted,
        ContentMeasure content,
        string? copied,
        double framesPerSecond,
        List<Decision> decisions
    )
    {
        var adapted = new List<FittedRung>();
        foreach (var (index, rung) in fitted.Index())
        {
            var name = VideoPlanner.NameOf(rung);
            if (rung.Name == copied || content.Of(name, rung.Rung.Crf) is not { } asked)
            {
                adapted.Add(rung);
                continue;
            }
            var detail = content.Detail.FirstOrDefault(each => each.Rendition == name);
            if (detail is not null && index < fitted.Count - 1 && 1 - detail.Ssim < SameDetail)
            {
                Say(
                    rung,
                    $"left out: {fitted[index + 1].Name} shows the same (SSIM {detail.Ssim:0.0000} between their pictures before they are encoded)"
                );
                continue;
            }
            var chosen = WorstThatIsGoodEnough(content, name, asked);
            var need = chosen.PeakBytes * 8 * framesPerSecond;
            var cap = CapFor(rung.MaxBitrate, need);
            Say(
                rung,
                chosen.Crf > asked.Crf || cap < rung.MaxBitrate
                    ? (FormattableString)
                        $"quality {chosen.Crf:0.#} instead of {asked.Crf:0.#}, at most {cap / 1000} instead of {rung.MaxBitrate / 1000} kbit/s: samples keep SSIM {chosen.Ssim:0.0000} of {asked.Ssim:0.0000}, and the hardest takes {need / 1000:0} kbit/s"
                    : $"as the profile says: samples have SSIM {asked.Ssim:0.0000}, and the hardest takes {need / 1000:0} kbit/s"
            );
            adapted.Add(rung with { MaxBitrate = cap, Rung = rung.Rung with { Crf = chosen.Crf } });
        }
        return Ordered(adapted);

        void Say(FittedRung rung, FormattableString reason) =>
            decisions.Add(
                new Decision(
                    $"per title {rung.Name}",
                    reason.ToString(CultureInfo.InvariantCulture)
                )
            );
    }

    private static Trial WorstThatIsGoodEnough(ContentMeasure content, string name, Trial asked)
    {
        var least = Math.Max(LeastSsim, asked.Ssim - MostLoss);
        var chosen = asked;
        for (var step = HalfStep; step <= CrfSteps[^1]; step += HalfStep)
        {
            var next = content.Of(name, asked.Crf + step)!;
            if (next.Ssim < least)
            {
                break;
            }
            chosen = next;
        }
        return chosen;
    }

    private static int CapFor(int profiles, double need) =>
        (int)
            Math.Clamp(
                Math.Ceiling(need * Headroom / CapStep) * CapStep,
                Math.Ceiling(profiles * LeastCap / CapStep) * CapStep,
                profiles
            );

    /// <summary>Caps still fall from rung to rung: players tell renditions apart by them.</summary>
    private static List<FittedRung> Ordered(List<FittedRung> rungs)
    {
        for (var index = rungs.Count - 2; index >= 0; index--)
        {
            var least = rungs[index + 1].MaxBitrate + CapStep;
            if (rungs[index].MaxBitrate < least)
            {
                rungs[index] = rungs[index] with { MaxBitrate = least };
            }
        }
        return rungs;
    }
}
