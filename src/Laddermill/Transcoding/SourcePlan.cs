using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Laddermill.Ladders;
using Laddermill.Media;
using Laddermill.Pricing;

namespace Laddermill.Transcoding;

/// <summary>What a source is, and what is to be made of it.</summary>
/// <param name="Scan">What its packets told; null where the container's own word sufficed.</param>
/// <param name="Promise">What it says to hold, to compare with what is decoded.</param>
public sealed record SourcePlan(
    MediaInfo Facts,
    FrameScan? Scan,
    SourcePromise Promise,
    Profile Profile,
    Plan Plan
)
{
    /// <summary>The film as it would be if the source held all that it promises.</summary>
    public SegmentGrid Whole { get; private init; } = Plan.Grid;

    /// <summary>What samples told; null when nobody asked, or none could be tried.</summary>
    public ContentMeasure? Content { get; private init; }

    /// <summary>What it will take; null when nobody asked.</summary>
    public JobCost? Estimate { get; private init; }

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
        var facts = await new Probe(clock).ReadAsync(input, cancellation);
        facts = facts with { Sidecars = [.. input.Sidecars.Select(sidecar => sidecar.File)] };
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
        facts = await new FieldScanner(clock).AddAsync(input, facts, cancellation);
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
        plan = await plan.TryOutAsync(input, coded, prices, clock, reached, cancellation);
        plan.RefuseIfTooDear(input.Name);
        return plan;
    }

    /// <summary>The same after samples have been encoded, where the profile is fitted to films or somebody asks what this one will take.</summary>
    private async Task<SourcePlan> TryOutAsync(
        MediaInput input,
        CodedVideo? coded,
        Prices? prices,
        TimeProvider clock,
        Action<string>? reached,
        CancellationToken cancellation
    )
    {
        var adapts =
            Profile.Video.PerTitle
            && Plan.Video is { } video
            && PerTitle.Obstacle(video, Plan.Samples) is null;
        if (!adapts && prices is null)
        {
            return this;
        }
        reached?.Invoke("sample");
        var content = await new ContentProbe(clock).MeasureAsync(input, Plan, adapts, cancellation);
        var plan =
            adapts && content is not null
                ? Planner.Make(Facts, Scan, Profile, coded: coded, content: content)
                : Plan;
        return this with
        {
            Content = adapts ? content : null,
            Plan = plan,
            Estimate = prices is null ? null : Estimator.Estimate(Facts, plan, content, prices),
        };
    }

    /// <exception cref="RejectedException"><c>limit-cost</c>: it would cost more than the profile allows.</exception>
    private void RefuseIfTooDear(string source)
    {
        if (Profile.MaxCost > 0 && Estimate?.Cost is { } cost && cost > Profile.MaxCost)
        {
            throw new RejectedException(
                RejectionCode.LimitCost,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Transcoding the source {source} would cost {cost:0.####} {Estimate.Currency} ({Estimate.WallSeconds:0} s), and the profile's maxCost is {Profile.MaxCost:0.####}; ask for a higher one, or for a profile that takes less."
                )
            );
        }
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

    /// <summary>The plan as JSON, and with it as <c>estimate</c> what it will take where that was asked.</summary>
    public string ToJson()
    {
        var plan = JsonNode.Parse(Plan.ToJson())!.AsObject();
        if (Estimate is not null)
        {
            plan["estimate"] = JsonSerializer.SerializeToNode(
                Estimate,
                JobReportJson.Default.JobCost
            );
        }
        return plan.ToJsonString(PlanFormat);
    }

    private static readonly JsonSerializerOptions PlanFormat = new() { WriteIndented = true };

    /// <summary>0 to 1: how much of what was promised has been decoded.</summary>
    public double Part(long decoded) => Promise.Part(decoded, Whole.Duration);

    /// <summary>What viewers may notice of what is missing, in a sentence; null when nothing is.</summary>
    public string? Warning(long decoded) =>
        Part(decoded) < 1 || Plan.Duration < Whole.Duration
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"The source breaks off or is damaged ({Promise.Shortfall(decoded)}): what there is was published, {Plan.Duration:0.#} s; where pictures are missing, the last one stands."
            )
            : null;

    /// <param name="decoded">Frames of the source.</param>
    /// <exception cref="RejectedException"><c>truncated</c>: less than the profile asks for.</exception>
    public void RefuseIfTooLittle(long decoded, string source)
    {
        var part = Part(decoded);
        if (part < Profile.Source.LeastDecoded)
        {
            throw new RejectedException(
                RejectionCode.Truncated,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The source {source} breaks off or is damaged: {Promise.Shortfall(decoded)} ({part * 100:0.#} %, and at least {Profile.Source.LeastDecoded * 100:0.#} % is asked for); upload it again."
                )
            );
        }
    }

    /// <summary>The same with all renditions encoded, because the source's stream turned out not to be one to copy.</summary>
    public SourcePlan Encoded(string reason) =>
        this with
        {
            Plan = Planner.Make(
                Facts,
                Scan,
                Profile,
                coded: CodedVideo.Unknown(reason),
                content: Content
            ),
        };

    /// <summary>The same for the frames that could really be had, once an encoder has met the end too early.</summary>
    /// <param name="frames">Frames of the film; the plan had more.</param>
    /// <exception cref="RejectedException">
    /// <c>undecodable</c>: there is not even one. <c>truncated</c>: so little of the source can be decoded that it is refused.
    /// </exception>
    public SourcePlan Shortened(long frames, string source)
    {
        if (frames == 0)
        {
            throw new RejectedException(
                RejectionCode.Undecodable,
                $"No picture of the source {source} can be decoded; it is damaged, or coded in a way that ffmpeg does not know."
            );
        }
        var whole = Whole.Boundaries[^1] / Whole.UnitTicks;
        RefuseIfTooLittle(
            (long)Math.Round((Promise.Frames ?? whole) * (double)frames / whole),
            source
        );
        return this with { Plan = Planner.Make(Facts, Scan, Profile, frames, content: Content) };
    }
}
