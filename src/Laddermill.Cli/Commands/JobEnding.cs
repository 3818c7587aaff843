using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Laddermill.Jobs;
using Laddermill.Media;
using Laddermill.Packaging;
using Laddermill.Pricing;
using Laddermill.Transcoding;

namespace Laddermill.Cli.Commands;

/// <summary>How a job ended, for programs: what <c>transcode --json</c> prints, and the last line of <c>work</c>.</summary>
/// <param name="State"><c>done</c>, <c>failed</c>, <c>rejected</c> or <c>cancelled</c>.</param>
internal sealed record JobEnding(string State)
{
    public string? Job { get; init; }

    public string? Revision { get; init; }

    /// <summary>True when an earlier run had published it, and nothing was done now.</summary>
    public bool? WasDone { get; init; }

    /// <summary>Keys in the destination's bucket; paths under its root for a folder.</summary>
    public string? MasterPlaylist { get; init; }

    /// <summary>HLS with MPEG-TS segments; null when it was not asked for.</summary>
    public string? TransportPlaylist { get; init; }

    public string? DashManifest { get; init; }

    public string? JobReport { get; init; }

    public ImmutableArray<RenditionReport>? Renditions { get; init; }

    public ImmutableArray<string>? Warnings { get; init; }

    /// <summary>What it was to take; null when nobody asked.</summary>
    public JobCost? Estimate { get; init; }

    /// <summary>What it took; null when nothing was done.</summary>
    public JobCost? Actual { get; init; }

    /// <summary>Stable word: why a source was rejected.</summary>
    public string? Code { get; init; }

    /// <summary>Why it did not end well: a sentence, and beneath it the last words of the tool that failed.</summary>
    public string? Reason { get; init; }

    /// <summary>What was done when; null when there was nothing to do.</summary>
    public ImmutableArray<JobPhase>? Phases { get; init; }

    /// <summary>W3C trace id that the caller gave.</summary>
    public string? Trace { get; init; }

    public static JobEnding Of(JobResult result, JobRequest request) =>
        new("done")
        {
            Job = result.Job,
            Revision = result.Revision,
            WasDone = result.WasDone,
            MasterPlaylist = request.Protocols.Contains("hls")
                ? result.Output.File(MediaPaths.MultivariantPlaylist)
                : null,
            TransportPlaylist = request.Profile.Segments.TransportStream
                ? result.Output.File(MediaPaths.TransportMultivariantPlaylist)
                : null,
            DashManifest = request.Protocols.Contains("dash")
                ? result.Output.File(MediaPaths.Manifest)
                : null,
            JobReport = result.Output.JobReport,
            Renditions = result.Report?.Renditions,
            Warnings = result.Report?.Warnings,
            Estimate = result.Report?.Estimate,
            Actual = result.Report?.Actual,
        };

    public static JobEnding Of(Exception failure, bool cancelled) =>
        failure switch
        {
            OperationCanceledException when cancelled => new("cancelled"),
            RejectedException rejected => new("rejected")
            {
                Code = rejected.Code,
                Reason = rejected.Message,
            },
            _ => new("failed") { Reason = failure.Message },
        };

    public string ToJson() => JsonSerializer.Serialize(this, JobEndingJson.Default.JobEnding);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true
)]
[JsonSerializable(typeof(JobEnding))]
internal sealed partial class JobEndingJson : JsonSerializerContext;
