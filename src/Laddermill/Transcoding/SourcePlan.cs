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
    public ContentMeasure? Content { get; init; }

    /// <summary>What it will take; null when nobody asked.</summary>
    public JobCost? Estimate { get; init; }

    /// <exception cref="RejectedException"><c>limit-cost</c>: it would cost more than the profile allows.</exception>
    internal void RefuseIfTooDear(string source)
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
