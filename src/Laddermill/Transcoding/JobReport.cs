using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Laddermill.Media;
using Laddermill.Packaging;
using Laddermill.Pricing;

namespace Laddermill.Transcoding;

/// <summary>What <c>job.json</c> tells: what was made, of what, how, and how long it took.</summary>
/// <param name="Warnings">What a viewer may notice, in sentences; empty when all is well.</param>
/// <param name="Decoded">How much of the source there was.</param>
/// <param name="Plan">The plan as <c>laddermill plan --json</c> prints it.</param>
/// <param name="Timings">Seconds by phase.</param>
/// <param name="Sandbox">What ffmpeg was shut in by: <c>bubblewrap</c> or <c>none</c>.</param>
public sealed record JobReport(
    string Job,
    string Revision,
    string Source,
    long? SourceBytes,
    ImmutableArray<string> Protocols,
    JsonNode Profile,
    MediaInfo SourceFacts,
    DecodedReport Decoded,
    JsonNode Plan,
    ImmutableArray<RenditionReport> Renditions,
    ImmutableArray<string> Warnings,
    VerificationReport Verification,
    ImmutableDictionary<string, double> Timings,
    Toolchain Tools,
    string Sandbox,
    DateTimeOffset Finished
)
{
    /// <summary>What it was to take by the estimate; null when nobody asked.</summary>
    public JobCost? Estimate { get; init; }

    /// <summary>What it took until now, all but writing this. Of processors: all that this process and its tools used meanwhile.</summary>
    public JobCost? Actual { get; init; }

    public byte[] ToJson() =>
        JsonSerializer.SerializeToUtf8Bytes(this, JobReportJson.Default.JobReport);

    /// <summary>The job that made a revision, if a <c>job.json</c> tells of that revision; else null.</summary>
    public static string? JobOf(ReadOnlySpan<byte> json, string revision)
    {
        try
        {
            var report = JsonNode.Parse(json) as JsonObject;
            return
                report?["revision"]?.GetValueKind() == JsonValueKind.String
                && (string?)report["revision"] == revision
                && report["job"]?.GetValueKind() == JsonValueKind.String
                ? (string?)report["job"]
                : null;
        }
        catch (JsonException)
        {
            // Somebody else's file of that name: then nobody knows.
            return null;
        }
    }
}

/// <summary>What of the source could be decoded, against what it promises.</summary>
/// <param name="PromisedFrames">Frames of the picture by the source's packets or table of frames; null without a picture.</param>
/// <param name="Frames">Frames of the source that came out of the decoder; 0 without a picture.</param>
/// <param name="DeclaredSeconds">Length by the container's word; null where it has none.</param>
/// <param name="FoundSeconds">When the last packet of any stream ends; null when the container's word left no doubt.</param>
/// <param name="Part">0 to 1, as compared with the profile's <c>source.leastDecoded</c>; 1 where what is missing is below half a second.</param>
public sealed record DecodedReport(
    long? PromisedFrames,
    long Frames,
    double? DeclaredSeconds,
    double? FoundSeconds,
    double Part
);

/// <summary>The verdict of the independent reader; every rule's result is in <c>verify.json</c> of the revision.</summary>
/// <param name="Verdict"><c>pass</c>: every gate rule holds.</param>
/// <param name="Passed">How many gate rules were tried and hold.</param>
/// <param name="Advice">Advices that are not followed, by id; why is told in <c>docs/rules.md</c>.</param>
public sealed record VerificationReport(string Verdict, int Passed, ImmutableArray<string> Advice);

/// <param name="PeakBitrate">Highest of any segment, bit/s, container included.</param>
/// <param name="AverageBitrate">bit/s over the whole film.</param>
/// <param name="Bytes">Of all segments.</param>
public sealed record RenditionReport(
    string Name,
    string Codec,
    int? Width,
    int? Height,
    long PeakBitrate,
    long AverageBitrate,
    long Bytes,
    int Segments
)
{
    /// <summary>Of sound that was brought to a target: what was measured and done.</summary>
    public Loudness? Loudness { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true
)]
[JsonSerializable(typeof(JobReport))]
[JsonSerializable(typeof(PlanNote))]
internal sealed partial class JobReportJson : JsonSerializerContext;
