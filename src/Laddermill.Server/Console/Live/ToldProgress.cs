using System.Collections.Immutable;
using System.Text.Json;
using Laddermill.Transcoding;

namespace Laddermill.Server.Console.Live;

/// <summary>Reads what a worker told of its progress.</summary>
internal static class ToldProgress
{
    private static readonly JsonSerializerOptions Words = new(JsonSerializerDefaults.Web);

    /// <summary>Null when it told nothing yet, or speaks another version's words.</summary>
    public static JobProgress? Read(string? json)
    {
        try
        {
            return json is null ? null
                : JsonSerializer.Deserialize<JobProgress>(json, Words) is { Phase: not null } told
                    ? told with
                    {
                        Renditions = told.Renditions.IsDefault
                            ? ImmutableArray<RenditionProgress>.Empty
                            : told.Renditions,
                    }
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What it is at, for people.</summary>
    public static string WordsOf(string phase) =>
        phase switch
        {
            "probe" => "Looking at the source",
            "scan" => "Counting frames",
            "plan" => "Planning",
            "sample" => "Trying samples",
            "encode" => "Encoding",
            "verify" => "Checking the output",
            "publish" => "Publishing",
            _ => phase,
        };
}
