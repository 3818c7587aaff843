using System.Text.Json.Serialization;

namespace Laddermill.Server.Ledger;

/// <summary>Where a job stands.</summary>
// Stored as numbers: never renumber.
[JsonConverter(typeof(Words<JobState>))]
public enum JobState
{
    [JsonStringEnumMemberName("queued")]
    Queued = 0,

    [JsonStringEnumMemberName("running")]
    Running = 1,

    [JsonStringEnumMemberName("succeeded")]
    Succeeded = 2,

    [JsonStringEnumMemberName("failed")]
    Failed = 3,

    [JsonStringEnumMemberName("rejected")]
    Rejected = 4,

    [JsonStringEnumMemberName("cancelled")]
    Cancelled = 5,
}
