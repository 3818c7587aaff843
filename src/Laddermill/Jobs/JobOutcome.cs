using System.Text.Json;
using System.Text.Json.Serialization;

namespace Laddermill.Jobs;

[JsonConverter(typeof(JsonStringEnumConverter<JobEnd>))]
public enum JobEnd
{
    /// <summary>Published.</summary>
    [JsonStringEnumMemberName("done")]
    Done,

    /// <summary>Something went wrong that may pass: trying again may help.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>The source cannot or must not be transcoded: trying again does not help.</summary>
    [JsonStringEnumMemberName("rejected")]
    Rejected,
}

/// <summary>
/// How a job ended, kept as <c>.laddermill/jobs/JOB.json</c> in the destination and read by all who dispatch, so that a finished job is not
/// done again and a broken source not tried for ever.
/// </summary>
/// <param name="Code">Stable word for programs: why it failed or was rejected; null when done.</param>
/// <param name="Reason">One sentence for people; null when done.</param>
/// <param name="Folder">The object's folder under the destination root.</param>
/// <param name="Revision">What was published; null when nothing was.</param>
/// <param name="Attempts">How often the job was tried, this time included.</param>
public sealed record JobOutcome(
    string Job,
    JobEnd State,
    string? Code,
    string? Reason,
    string Source,
    string Folder,
    string? Revision,
    int Attempts,
    DateTimeOffset Ended
)
{
    /// <summary>What the keys of all outcomes begin with.</summary>
    public const string KeyPrefix = $"{StatePrefix}jobs/";

    public static string KeyOf(string jobId) => $"{KeyPrefix}{jobId}.json";

    /// <summary>Where Laddermill keeps its own notes in a destination; never shown to viewers.</summary>
    public const string StatePrefix = ".laddermill/";

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, JobJson.Default.JobOutcome);

    /// <summary>Null when the bytes are no outcome: a half-written or foreign object counts as none.</summary>
    public static JobOutcome? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, JobJson.Default.JobOutcome);
        }
        catch (JsonException)
        {
            // Written by nobody we know: the job is simply done again, which harms nothing.
            return null;
        }
    }
}
