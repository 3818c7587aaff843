using System.Text.Json;
using System.Text.Json.Serialization;

namespace Laddermill.Media;

/// <summary>The operator's limits as they are written: what is not in the file stays as it was.</summary>
internal sealed record LimitsFile(
    long? Bytes,
    double? Seconds,
    long? Pixels,
    double? FrameRate,
    long? Frames,
    int? Streams,
    double? ProbeSeconds,
    double? ScanSeconds,
    double? ProcessorSeconds,
    double? ProcessorPerSecond,
    double? WallSeconds,
    double? WallPerSecond,
    long? Memory,
    long? OutputBytes,
    long? OutputPerSecond
)
{
    /// <summary>Seconds, ten days: timers count to about fifty days and no further.</summary>
    private const int LongestWait = 864_000;

    /// <exception cref="LimitsException">The file cannot be read, or has a field that is unknown or not positive.</exception>
    public static SourceLimits Load(string file)
    {
        try
        {
            return Parse(File.ReadAllText(file));
        }
        catch (Exception wrong)
            when (wrong is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new LimitsException($"The limits in {file} cannot be used: {wrong.Message}");
        }
    }

    /// <exception cref="JsonException">No JSON, an unknown field, or a limit that is not positive.</exception>
    public static SourceLimits Parse(string json)
    {
        var file =
            JsonSerializer.Deserialize(json, SourceLimitsJson.Default.LimitsFile)
            ?? throw new JsonException("there is nothing in it.");
        if (file.Values.Any(value => value is <= 0))
        {
            throw new JsonException("each limit must be greater than 0.");
        }
        return file.ProbeSeconds > LongestWait || file.ScanSeconds > LongestWait
            ? throw new JsonException(
                $"probeSeconds and scanSeconds may not be longer than {LongestWait} s."
            )
            : file.Over(SourceLimits.Default);
    }

    private IEnumerable<double?> Values =>
        [
            Bytes,
            Seconds,
            Pixels,
            FrameRate,
            Frames,
            Streams,
            ProbeSeconds,
            ScanSeconds,
            ProcessorSeconds,
            ProcessorPerSecond,
            WallSeconds,
            WallPerSecond,
            Memory,
            OutputBytes,
            OutputPerSecond,
        ];

    private SourceLimits Over(SourceLimits limits) =>
        new()
        {
            Bytes = Bytes ?? limits.Bytes,
            Seconds = Seconds ?? limits.Seconds,
            Pixels = Pixels ?? limits.Pixels,
            FrameRate = FrameRate ?? limits.FrameRate,
            Frames = Frames ?? limits.Frames,
            Streams = Streams ?? limits.Streams,
            ProbeSeconds = ProbeSeconds ?? limits.ProbeSeconds,
            ScanSeconds = ScanSeconds ?? limits.ScanSeconds,
            ProcessorSeconds = ProcessorSeconds ?? limits.ProcessorSeconds,
            ProcessorPerSecond = ProcessorPerSecond ?? limits.ProcessorPerSecond,
            WallSeconds = WallSeconds ?? limits.WallSeconds,
            WallPerSecond = WallPerSecond ?? limits.WallPerSecond,
            Memory = Memory ?? limits.Memory,
            OutputBytes = OutputBytes ?? limits.OutputBytes,
            OutputPerSecond = OutputPerSecond ?? limits.OutputPerSecond,
        };
}

/// <summary>The operator's limits cannot be used; one sentence says why.</summary>
public sealed class LimitsException(string message) : Exception(message);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow
)]
[JsonSerializable(typeof(LimitsFile))]
internal sealed partial class SourceLimitsJson : JsonSerializerContext;
