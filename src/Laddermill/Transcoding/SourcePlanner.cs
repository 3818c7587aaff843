using Laddermill.Ladders;
using Laddermill.Media;
using Laddermill.Pricing;

namespace Laddermill.Transcoding;

/// <summary>Looks at a source, as deep as it must, and decides what is made of it.</summary>
public static class SourcePlanner
{
    /// <summary>Asks the source what it is, then decides.</summary>
    /// <param name="prices">What the machine costs that will do it: then it is estimated what it will take. Null: nobody asks.</param>
    /// <param name="reached">Told of each step: <c>probe</c>, <c>scan</c>, <c>plan</c>.</param>
    /// <exception cref="RejectedException">Nothing can be made of this source.</exception>
    public static async Task<SourcePlan> MakeAsync(
        MediaInput input,
        Profile profile,
        TimeProvider clock,
        CancellationToken cancellation,
        Action<string>? reached = null,
        Prices? prices = null
    )
    {
        reached?.Invoke("probe");
        var facts = await ReadFactsAsync(input, clock, cancellation);
        FrameScan? scan = null;
        if (facts.MainVideo is { } video && FrameScan.IsNeeded(facts))
        {
            reached?.Invoke("scan");
            scan = await new FrameScanner(clock).ReadAsync(input, facts, video, cancellation);
        }
        if (input.Limits.Refusal(facts, scan, input.Name) is { } refusal)
        {
            throw refusal;
        }
        var promise = await PromiseAsync(input, facts, scan, clock, cancellation);
        var coded =
            facts.MainVideo is { } picture && StreamCopy.IsPossible(picture, profile)
                ? await CodedVideoReader.ReadAsync(input, facts, picture, scan, cancellation)
                : null;
        reached?.Invoke("plan");
        var plan = new SourcePlan(
            facts,
            scan,
            promise,
            profile,
            Planner.Make(facts, scan, profile, coded: coded)
        );
        plan.RefuseIfTooLittle(promise.Frames ?? 0, input.Name);
        plan = await TryOutAsync(plan, input, coded, prices, clock, reached, cancellation);
        plan.RefuseIfTooDear(input.Name);
        return plan;
    }

    private static async Task<MediaInfo> ReadFactsAsync(
        MediaInput input,
        TimeProvider clock,
        CancellationToken cancellation
    )
    {
        var probe = new Probe(clock);
        var streams = await probe.ReadStreamsAsync(input, cancellation);
        // Two looks at pictures, of which neither needs the other; a viewer waits for both.
        var looked = probe.AddFirstFramesAsync(input, streams, cancellation);
        var fields = new FieldScanner(clock).LookAsync(input, streams, cancellation);
        await Task.WhenAll(looked, fields);
        var facts = await looked;
        return facts.WithFields(await fields) with
        {
            Sidecars = [.. input.Sidecars.Select(sidecar => sidecar.File)],
        };
    }

    /// <summary>
    /// A picture whose table of frames sufficed is judged by what can be decoded of it; whatever else ends long before the container's word, by the packets
    /// of all streams.
    /// </summary>
    private static async Task<SourcePromise> PromiseAsync(
        MediaInput input,
        MediaInfo facts,
        FrameScan? scan,
        TimeProvider clock,
        CancellationToken cancellation
    )
    {
        var promise = SourcePromise.Of(facts, scan, null);
        var isAsked =
            (scan is not null || facts.MainVideo is null)
            && promise.IsDoubtful(scan?.Start + scan?.Duration);
        return isAsked
            ? promise with
            {
                Found = await new EndScanner(clock).ReadAsync(input, cancellation),
            }
            : promise;
    }

    /// <summary>The same after samples have been encoded, where the profile is fitted to films or somebody asks what this one will take.</summary>
    private static async Task<SourcePlan> TryOutAsync(
        SourcePlan made,
        MediaInput input,
        CodedVideo? coded,
        Prices? prices,
        TimeProvider clock,
        Action<string>? reached,
        CancellationToken cancellation
    )
    {
        var adapts =
            made.Profile.Video.PerTitle
            && made.Plan.Video is { } video
            && PerTitle.Obstacle(video, made.Plan.Samples) is null;
        if (!adapts && prices is null)
        {
            return made;
        }
        reached?.Invoke("sample");
        var content = await new ContentProbe(clock).MeasureAsync(
            input,
            made.Plan,
            adapts,
            cancellation
        );
        var plan =
            adapts && content is not null
                ? Planner.Make(made.Facts, made.Scan, made.Profile, coded: coded, content: content)
                : made.Plan;
        return made with
        {
            Content = adapts ? content : null,
            Plan = plan,
            Estimate = prices is null
                ? null
                : Estimator.Estimate(made.Facts, plan, content, prices),
        };
    }
}
