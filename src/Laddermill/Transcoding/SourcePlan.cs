using Laddermill.Ladders;
using Laddermill.Media;

namespace Laddermill.Transcoding;

/// <summary>What a source is, and what is to be made of it.</summary>
/// <param name="Scan">What its packets told; null where the container's own word sufficed.</param>
public sealed record SourcePlan(MediaInfo Facts, FrameScan? Scan, Profile Profile, Plan Plan)
{
    /// <summary>A source that decodes to less than this part of what it promised is refused.</summary>
    private const double LeastDecoded = 0.95;

    /// <summary>Asks the source what it is, then decides.</summary>
    /// <param name="reached">Told of each step: <c>probe</c>, <c>scan</c>, <c>plan</c>.</param>
    /// <exception cref="RejectedException">Nothing can be made of this source.</exception>
    /// <exception cref="LimitsException">The operator's limits cannot be used.</exception>
    public static async Task<SourcePlan> MakeAsync(
        MediaInput input,
        Profile profile,
        TimeProvider clock,
        CancellationToken cancellation,
        Action<string>? reached = null
    )
    {
        reached?.Invoke("probe");
        var limits = SourceLimits.FromEnvironment();
        var facts = await new Probe(clock) { Limits = limits }.ReadAsync(input, cancellation);
        FrameScan? scan = null;
        if (facts.MainVideo is { } video && FrameScan.IsNeeded(facts))
        {
            reached?.Invoke("scan");
            scan = await new FrameScanner(clock) { Limits = limits }.ReadAsync(
                input,
                facts,
                video,
                cancellation
            );
        }
        if (limits.Refusal(facts, scan, input.Name) is { } refusal)
        {
            throw refusal;
        }
        reached?.Invoke("plan");
        return new SourcePlan(facts, scan, profile, Planner.Make(facts, scan, profile));
    }

    /// <summary>The same for the frames that could really be had, once an encoder has met the end too early.</summary>
    /// <param name="promised">What the first plan counted on.</param>
    /// <exception cref="RejectedException">So little of the source can be decoded that it is refused: <c>truncated</c>.</exception>
    public SourcePlan Shortened(long frames, long promised, string source)
    {
        var part = (double)frames / promised;
        return part >= LeastDecoded
            ? this with
            {
                Plan = Planner.Make(Facts, Scan, Profile, frames),
            }
            : throw new RejectedException(
                RejectionCode.Truncated,
                FormattableString.Invariant(
                    $"The source {source} promises {promised} frames, but only {frames} of them ({part:P0}) can be decoded; upload it again."
                )
            );
    }
}
