using System.Text.Json;
using System.Text.Json.Nodes;
using Laddermill.Jobs;
using Laddermill.Media;
using Laddermill.Storage;

namespace Laddermill.Transcoding;

/// <summary>
/// What a source is and what is being made of it, for whoever watches a job, or wants to know why it failed. It lies among the notes of the revision's pieces and goes with them. Its members are
/// those of <c>job.json</c>, which tells the same of a film that is published.
/// </summary>
public sealed record PlanNote(string Job, MediaInfo SourceFacts, JsonNode Plan)
{
    /// <summary>What is written behind the revision's name.</summary>
    public const string FileName = "plan.json";

    /// <summary>What the keys of a job's notes begin with, relative to the destination's root; the revision and <see cref="FileName"/> follow.</summary>
    public static string PrefixOf(string job) => $"{JobOutcome.StatePrefix}pieces/{job}/";

    /// <summary>No job fails for want of it.</summary>
    internal static async Task TryWriteAsync(
        OutputFolder output,
        string job,
        string revision,
        SourcePlan made,
        CancellationToken cancellation
    )
    {
        var note = new PlanNote(job, made.Facts, JsonNode.Parse(made.Plan.ToJson())!);
        try
        {
            await output.Store.PutAsync(
                $"{output.Pieces(job, revision)}{FileName}",
                JsonSerializer.SerializeToUtf8Bytes(note, JobReportJson.Default.PlanNote),
                OutputFolder.Json,
                default,
                cancellation
            );
        }
        catch (StoreException)
        {
            // What matters is stored next, and tells of the same trouble.
        }
    }
}
