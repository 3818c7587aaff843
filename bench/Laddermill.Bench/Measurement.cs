namespace Laddermill.Bench;

/// <summary>What one run of a shape took.</summary>
/// <param name="Wall">Seconds.</param>
/// <param name="Processor">Seconds of all its processes together.</param>
/// <param name="Instructions">User-mode instructions; null where the machine does not count them.</param>
/// <param name="PeakMemory">Bytes: the largest sum of the resident sets of its processes; shared pages count in each.</param>
/// <param name="Playable">Seconds until a player could start.</param>
internal sealed record Usage(
    double Wall,
    double Processor,
    double? Instructions,
    long PeakMemory,
    double Playable
);

/// <summary>What the output of a shape is like.</summary>
/// <param name="Bytes">Of all files.</param>
/// <param name="Rungs">One for each rung, best first.</param>
internal sealed record Output(long Bytes, IReadOnlyList<RungQuality> Rungs);

/// <summary>One rung beside the source at the same size.</summary>
/// <param name="Name">One of <see cref="Shape.RungNames"/>.</param>
/// <param name="Bytes">Of its pictures, without containers and sound.</param>
/// <param name="Ssim">Mean over all frames and planes, 0 to 1.</param>
/// <param name="WorstSsim">Mean of the worst hundredth of the frames.</param>
/// <param name="Psnr">dB, of the mean error over all frames and planes.</param>
/// <param name="Vmaf">Mean over all frames, 0 to 100; null where there is no tool <c>vmaf</c>.</param>
internal sealed record RungQuality(
    string Name,
    long Bytes,
    double Ssim,
    double WorstSsim,
    double Psnr,
    double? Vmaf
);

/// <summary>All runs of one shape with one clip.</summary>
/// <param name="Clip">Its name.</param>
internal sealed record Result(string Clip, Shape Shape, IReadOnlyList<Usage> Runs, Output Output)
{
    public double Median(Func<Usage, double> value)
    {
        var sorted = Runs.Select(value).Order().ToArray();
        return sorted[(sorted.Length - 1) / 2];
    }

    public double? Instructions =>
        Runs.All(run => run.Instructions is not null) ? Median(run => run.Instructions ?? 0) : null;

    /// <summary>By how much each rung's SSIM is lower than that of another shape; only rungs that both have.</summary>
    public IReadOnlyList<(string Rung, double Less)> SsimLessThan(Result other) =>
        [
            .. Output.Rungs.Join(
                other.Output.Rungs,
                rung => rung.Name,
                rung => rung.Name,
                (own, theirs) => (own.Name, theirs.Ssim - own.Ssim)
            ),
        ];
}
