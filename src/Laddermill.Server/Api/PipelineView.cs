using Laddermill.Jobs;
using Laddermill.Server.Ledger;
using Laddermill.Server.Pipelines;

namespace Laddermill.Server.Api;

/// <summary>A rule of what becomes of uploads, and how it fares.</summary>
/// <param name="Name">As in the configuration.</param>
/// <param name="Source">Address of the root that is watched.</param>
/// <param name="Destination">Address of the root that streams are published under.</param>
/// <param name="Include">Names that start jobs; empty: all.</param>
/// <param name="Exclude">Names that start none.</param>
/// <param name="Profile">The resolved profile's name.</param>
/// <param name="Protocols">What is made: <c>hls</c>, <c>dash</c>.</param>
/// <param name="Priority">Of its jobs; higher comes first.</param>
/// <param name="ReconcileSeconds">How often the source is compared with what is done.</param>
/// <param name="SettleSeconds">How long a file must have kept its size.</param>
/// <param name="MaxAttempts">How often a job is tried that fails.</param>
/// <param name="LastReconciliation">Null: the source was never compared yet.</param>
/// <param name="Jobs">How many there are in each state.</param>
public sealed record PipelineView(
    string Name,
    string Source,
    string Destination,
    IReadOnlyList<string> Include,
    IReadOnlyList<string> Exclude,
    string Profile,
    IReadOnlyList<string> Protocols,
    int Priority,
    double ReconcileSeconds,
    double SettleSeconds,
    int MaxAttempts,
    ReconciliationView? LastReconciliation,
    JobCounts Jobs
)
{
    internal static PipelineView Of(
        Pipeline pipeline,
        ReconciliationRow? last,
        IEnumerable<KeyValuePair<JobState, int>> counts
    )
    {
        var terms = TermsOf(pipeline);
        return new PipelineView(
            pipeline.Name,
            pipeline.Source.ToString(),
            pipeline.Destination.ToString(),
            pipeline.Names.Include,
            pipeline.Names.Exclude,
            terms.Profile.Name,
            terms.Protocols,
            pipeline.Priority,
            pipeline.Reconcile.TotalSeconds,
            pipeline.Settle.TotalSeconds,
            pipeline.MaxAttempts,
            last is null ? null : ReconciliationView.Of(last),
            JobCounts.Of(counts.ToDictionary())
        );
    }

    /// <summary>What its jobs make, whatever their source.</summary>
    internal static JobTerms TermsOf(Pipeline pipeline) =>
        JobTerms.Of(pipeline.Document(pipeline.Source.Key + "film.mp4"));
}

/// <summary>How a pipeline's source was compared last with what is done.</summary>
/// <param name="Began">Start of the last whole comparison; null when there was none yet.</param>
/// <param name="Ended">End of the last one, whole or not.</param>
/// <param name="Looked">Objects that were looked at.</param>
/// <param name="Found">Those of them that were new.</param>
/// <param name="Problem">Why the source could not be compared the last time; null when it could.</param>
public sealed record ReconciliationView(
    DateTimeOffset? Began,
    DateTimeOffset Ended,
    int Looked,
    int Found,
    string? Problem
)
{
    internal static ReconciliationView Of(ReconciliationRow row) =>
        new(
            row.Began == 0 ? null : JobView.Instant(row.Began),
            JobView.Instant(row.Ended)!.Value,
            row.Looked,
            row.Found,
            row.Problem
        );
}
