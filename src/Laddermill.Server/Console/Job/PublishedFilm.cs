using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Laddermill.Server.Console.Job;

/// <summary>What <c>job.json</c> and the playlists beside it tell of a film that is published. Whatever another version of Laddermill wrote differently is left out, not guessed.</summary>
/// <param name="Facts">What the source is: names and values, for people.</param>
/// <param name="Decisions">The plan's reasons: subject and sentence.</param>
/// <param name="SegmentEnds">Seconds at which segments end, by the first video rendition.</param>
/// <param name="KeyFrames">Seconds of key frames, by the first video rendition.</param>
public sealed record PublishedFilm(
    string Revision,
    double Duration,
    ImmutableArray<(string Name, string Value)> Facts,
    ImmutableArray<(string Subject, string Reason)> Decisions,
    ImmutableArray<PublishedRendition> Renditions,
    ImmutableArray<string> Warnings,
    ImmutableArray<double> SegmentEnds,
    ImmutableArray<double> KeyFrames,
    VerifyReport? Verification
)
{
    public IEnumerable<PublishedRendition> Video => Renditions.Where(each => each.IsVideo);
}

/// <param name="Cap">Highest rate that the encoder may use over its buffer, bit/s; null for sound and text.</param>
/// <param name="Segments">Length and rate (bit/s) of each, in order; empty where nobody could look.</param>
public sealed record PublishedRendition(
    string Name,
    string Codec,
    int? Width,
    int? Height,
    long PeakBitrate,
    long AverageBitrate,
    long Bytes,
    int SegmentCount,
    long? Cap,
    ImmutableArray<(double Seconds, double Rate)> Segments
)
{
    public bool IsVideo => Height is > 0;
}

/// <param name="Passed">Gate rules that hold.</param>
public sealed record VerifyReport(
    string Verdict,
    int Passed,
    int Failed,
    ImmutableArray<VerifyFinding> Findings
);

/// <summary>A rule that does not hold.</summary>
/// <param name="IsGate">Whether it keeps a film from being published; else it is advice.</param>
public sealed record VerifyFinding(
    string Rule,
    string Source,
    string Level,
    bool IsGate,
    string Words
);

/// <summary>Reads of a JSON document what is there.</summary>
internal static class Json
{
    public static JsonObject? Parse(ReadOnlySpan<byte> text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            node = (node as JsonObject)?[name];
        }
        return node;
    }

    public static IEnumerable<JsonNode?> Items(this JsonNode? node) => node as JsonArray ?? [];

    public static string? Text(this JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static double? Number(this JsonNode? node) =>
        node is JsonValue value
        && value.TryGetValue<double>(out var number)
        && double.IsFinite(number)
            ? number
            : null;
}

/// <summary>What is known of a film that is not published: the source's facts, and the reasons of the plan.</summary>
public sealed record PlannedFilm(
    ImmutableArray<(string Name, string Value)> Facts,
    ImmutableArray<(string Subject, string Reason)> Decisions
);
