using System.Text.Json.Serialization;
using Laddermill.Jobs;

namespace Laddermill.Dispatching;

/// <summary>
/// That somebody takes care of one attempt at a job: put only if absent, so that of several who hear of an object one starts it. Kept as
/// <c>.laddermill/claims/JOB/ATTEMPT.json</c> in the output bucket.
/// </summary>
/// <param name="Attempt">Counts from 1.</param>
/// <param name="Unbegun">How many attempts up to this one never began, for lack of machines; they do not count as failures.</param>
/// <param name="Run">What the engine calls it; null until it is known to have been started.</param>
internal sealed record Claim(
    string Job,
    int Attempt,
    int Unbegun,
    string Bucket,
    string Key,
    string ETag,
    DateTimeOffset Made,
    string? Run
)
{
    public const string Folder = $"{JobOutcome.StatePrefix}claims/";

    public static string KeyOf(string job, int attempt) => $"{Folder}{job}/{attempt:0000}.json";
}

/// <summary>A job that could not be started yet; a sweep will. Kept as <c>.laddermill/pending/JOB.json</c>.</summary>
/// <param name="Reason">Why not, the last time that it was tried.</param>
internal sealed record Pending(
    string Job,
    string Bucket,
    string Key,
    string Reason,
    DateTimeOffset Tried
)
{
    public const string Folder = $"{JobOutcome.StatePrefix}pending/";

    public static string KeyOf(string job) => $"{Folder}{job}.json";
}

/// <summary>How far the last sweep came through the input bucket. Kept as <c>.laddermill/sweep.json</c>.</summary>
/// <param name="After">The last object that was looked at; null when the next sweep begins anew.</param>
internal sealed record SweepCursor(string Bucket, string? After)
{
    public const string Key = $"{JobOutcome.StatePrefix}sweep.json";
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true
)]
[JsonSerializable(typeof(Claim))]
[JsonSerializable(typeof(Pending))]
[JsonSerializable(typeof(SweepCursor))]
internal sealed partial class NoteJson : JsonSerializerContext;
