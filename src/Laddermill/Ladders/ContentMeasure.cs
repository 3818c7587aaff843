using System.Collections.Immutable;

namespace Laddermill.Ladders;

/// <summary>What encoding a few samples of a film told of it.</summary>
/// <param name="Trials">One for each rendition that is encoded and each quality that was tried, in the plan's order and from the best on.</param>
/// <param name="Detail">How much of a rendition's picture the next smaller one can show: for each that is larger than the smallest that is encoded, when it was asked.</param>
public sealed record ContentMeasure(
    ImmutableArray<Trial> Trials,
    ImmutableArray<DetailTrial> Detail,
    ImmutableArray<SampleWork> Work
)
{
    /// <summary>How many qualities of each rendition were tried side by side.</summary>
    public int TrialsPerRendition =>
        Trials.Length / Trials.Select(trial => trial.Rendition).Distinct().Count();

    /// <summary>What a rendition is like at some quality, by the best and the worst that were tried; null when none was.</summary>
    public Trial? Of(string rendition, double crf)
    {
        var trials = Trials.Where(trial => trial.Rendition == rendition).ToList();
        return trials.Count == 0 ? null : Trial.Between(trials[0], trials[^1], crf);
    }
}

/// <summary>A rendition at one quality, over all samples.</summary>
/// <param name="Rendition">Its name, such as <c>video-1080p</c>.</param>
/// <param name="Crf">x264's constant quality.</param>
/// <param name="Ssim">Structural similarity of the luma to what was encoded, 0 to 1.</param>
/// <param name="KeyBytes">Of a key frame, on average.</param>
/// <param name="OtherBytes">Of any other frame, on average; as that of a key frame where there was none.</param>
/// <param name="PeakBytes">Of a frame, on average over a whole GOP, in the sample that took most.</param>
public sealed record Trial(
    string Rendition,
    double Crf,
    double Ssim,
    double KeyBytes,
    double OtherBytes,
    double PeakBytes
)
{
    /// <summary>Of a picture that is encoded without loss: a logarithm needs more than nothing.</summary>
    private const double NoLoss = 1e-7;

    /// <summary>In decibels similarity falls by about the same with each step of quality, and bytes by about the same part.</summary>
    public static Trial Between(Trial best, Trial worst, double crf)
    {
        if (best.Crf >= worst.Crf)
        {
            return best;
        }
        var place = (crf - best.Crf) / (worst.Crf - best.Crf);
        return best with
        {
            Crf = crf,
            Ssim = 1 + NoLoss - Along(1 + NoLoss - best.Ssim, 1 + NoLoss - worst.Ssim),
            KeyBytes = Along(best.KeyBytes, worst.KeyBytes),
            OtherBytes = Along(best.OtherBytes, worst.OtherBytes),
            PeakBytes = Along(best.PeakBytes, worst.PeakBytes),
        };

        double Along(double from, double to) =>
            from > 0 && to > 0 ? from * Math.Pow(to / from, place) : from;
    }

    /// <summary>Bytes of a frame, on average over a GOP of so many frames.</summary>
    public double BytesPerFrame(int gop) => (KeyBytes + (gop - 1) * OtherBytes) / gop;
}

/// <param name="Rendition">The larger one's name.</param>
/// <param name="Ssim">Similarity of its picture to itself when it has been as small as the next rendition: 1, nothing is lost.</param>
public sealed record DetailTrial(string Rendition, double Ssim);

/// <summary>What one sample took.</summary>
/// <param name="Frames">That were encoded, by each rendition.</param>
/// <param name="CpuSeconds">Of processors, by the tool alone, decoding included.</param>
public sealed record SampleWork(long Frames, double CpuSeconds);
