using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Laddermill.Jobs;

namespace Laddermill.Server.Telemetry;

/// <summary>What a worker's last words tell in numbers.</summary>
/// <param name="Speed">Seconds of film for each second of encoding, as told last; null when it did not encode.</param>
/// <param name="FilmSeconds">Length of the film; 0 while unknown.</param>
/// <param name="Bytes">Media of all renditions.</param>
/// <param name="Phases">What it did when, by its own clock; those that it told, and none when it died.</param>
public sealed record WorkerFigures(
    double? Speed,
    double FilmSeconds,
    long Bytes,
    ImmutableArray<JobPhase> Phases
)
{
    public static readonly WorkerFigures None = new(null, 0, 0, []);

    /// <summary>A worker has half a dozen: whoever tells of more is none of ours.</summary>
    private const int MostPhases = 20;

    /// <summary>The phases that there are: others would make labels without end.</summary>
    private static readonly ImmutableHashSet<string> Known =
    [
        "probe",
        "scan",
        "plan",
        "sample",
        "encode",
        "verify",
        "publish",
    ];

    /// <param name="log">Lines of JSON, and among them anything else.</param>
    public static WorkerFigures Find(string log)
    {
        var figures = None;
        foreach (var line in log.Split('\n').Reverse())
        {
            if (figures is { Speed: not null, FilmSeconds: > 0 })
            {
                break;
            }
            figures =
                line.StartsWith("{\"result\":", StringComparison.Ordinal)
                    ? figures.WithResult(Member(Parse(line), "result"))
                : line.StartsWith("{\"progress\":", StringComparison.Ordinal)
                    ? figures.WithProgress(Member(Parse(line), "progress"))
                : figures;
        }
        return figures;
    }

    /// <summary>The speed that a progress line tells; null when it tells none.</summary>
    public static double? SpeedOf(string? progress) =>
        progress is null ? null : Number(Member(Parse(progress), "speed"));

    private WorkerFigures WithProgress(JsonNode? progress) =>
        this with
        {
            Speed = Speed ?? Number(Member(progress, "speed")),
            FilmSeconds = FilmSeconds > 0 ? FilmSeconds : Number(Member(progress, "duration")) ?? 0,
        };

    private WorkerFigures WithResult(JsonNode? result) =>
        this with
        {
            Bytes =
                (Member(result, "renditions") as JsonArray)?.Sum(each =>
                    (long)(Number(Member(each, "bytes")) ?? 0)
                )
                ?? 0,
            Phases =
            [
                .. ((Member(result, "phases") as JsonArray) ?? [])
                    .Take(MostPhases)
                    .Select(PhaseOf)
                    .OfType<JobPhase>(),
            ],
        };

    private static JobPhase? PhaseOf(JsonNode? phase) =>
        Member(phase, "name") is JsonValue value
        && value.TryGetValue<string>(out var name)
        && Known.Contains(name)
        && Member(phase, "start") is JsonValue start
        && start.TryGetValue<string>(out var text)
        && DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var instant
        )
        && Number(Member(phase, "seconds")) is { } seconds and >= 0 and < 1e7
            ? new JobPhase(name, instant, seconds)
            : null;

    private static JsonNode? Member(JsonNode? node, string name) => (node as JsonObject)?[name];

    private static double? Number(JsonNode? node) =>
        node is JsonValue value
        && value.TryGetValue<double>(out var number)
        && double.IsFinite(number)
            ? number
            : null;

    /// <summary>Null for a line that was cut off.</summary>
    private static JsonObject? Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
