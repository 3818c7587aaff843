using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Laddermill.Media;
using Laddermill.Packaging;

namespace Laddermill.Transcoding;

/// <summary>What <c>job.json</c> tells: what was made, of what, how, and how long it took.</summary>
/// <param name="Warnings">What a viewer may notice, in sentences; empty when all is well.</param>
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
    public byte[] ToJson() =>
        JsonSerializer.SerializeToUtf8Bytes(this, JobReportJson.Default.JobReport);
}

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
internal sealed partial class JobReportJson : JsonSerializerContext;
