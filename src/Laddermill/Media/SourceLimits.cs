using System.Text.Json;
using System.Text.Json.Serialization;

namespace Laddermill.Media;

/// <summary>
/// How much a source may ask for. These protect whoever runs Laddermill, so they come from there and never from a job or a profile: the
/// environment variable <c>LADDERMILL_LIMITS</c> names a JSON file with the fields to change.
/// </summary>
public sealed record SourceLimits
{
    /// <summary>The environment variable that names the file.</summary>
    public const string Variable = "LADDERMILL_LIMITS";

    /// <summary>Seconds, ten days: timers count to about fifty days and no further.</summary>
    private const int LongestWait = 864_000;

    /// <summary>The limits when nobody says otherwise.</summary>
    public static SourceLimits Default { get; } = new();

    /// <summary>Bytes of the source: 256 GiB.</summary>
    public long Bytes { get; init; } = 256L << 30;

    /// <summary>Seconds of film: a day.</summary>
    public double Seconds { get; init; } = 86_400;

    /// <summary>Pixels of a coded picture, width times height: 8192 x 8192.</summary>
    public long Pixels { get; init; } = 64L << 20;

    /// <summary>Frames/s, on average over the film.</summary>
    public double FrameRate { get; init; } = 300;

    /// <summary>Frames of the picture: two and a half days at 60 frames/s; more is made to fill memory.</summary>
    public long Frames { get; init; } = 12_960_000;

    /// <summary>Seconds for each look at the source's headers and first frames, however slow its storage.</summary>
    public double ProbeSeconds { get; init; } = 120;

    /// <summary>Seconds for reading all packets once; it depends on the source's size and storage.</summary>
    public double ScanSeconds { get; init; } = 3600;

    /// <exception cref="LimitsException">The file cannot be read, or has a field that is unknown or not positive.</exception>
    public static SourceLimits FromEnvironment() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } file ? Load(file) : Default;

    /// <inheritdoc cref="FromEnvironment"/>
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
        var limits = new SourceLimits
        {
            Bytes = file.Bytes ?? Default.Bytes,
            Seconds = file.Seconds ?? Default.Seconds,
            Pixels = file.Pixels ?? Default.Pixels,
            FrameRate = file.FrameRate ?? Default.FrameRate,
            Frames = file.Frames ?? Default.Frames,
            ProbeSeconds = file.ProbeSeconds ?? Default.ProbeSeconds,
            ScanSeconds = file.ScanSeconds ?? Default.ScanSeconds,
        };
        if (
            limits
            is not {
                Bytes: > 0,
                Seconds: > 0,
                Pixels: > 0,
                FrameRate: > 0,
                Frames: > 0,
                ProbeSeconds: > 0,
                ScanSeconds: > 0
            }
        )
        {
            throw new JsonException("each limit must be greater than 0.");
        }
        return Math.Max(limits.ProbeSeconds, limits.ScanSeconds) <= LongestWait
            ? limits
            : throw new JsonException($"no time may be longer than {LongestWait} s.");
    }

    /// <summary>What can be told before any packet is read.</summary>
    /// <returns><c>limit-size</c>, <c>limit-pixels</c>, or null.</returns>
    public RejectedException? Refusal(MediaInfo info, string name) =>
        info.Size > Bytes
            ? TooManyBytes(name, info.Size.Value)
            : info
                .Video.Where(stream => (long)stream.Width * stream.Height > Pixels)
                .Select(stream => TooLarge(name, stream.Width, stream.Height))
                .FirstOrDefault();

    /// <summary>
    /// What needs the film's length. What packets told counts before what headers claim: real files claim days, or a thousand frames/s, and
    /// have neither.
    /// </summary>
    /// <returns><c>limit-frames</c>, <c>limit-duration</c>, <c>limit-frame-rate</c>, or null.</returns>
    public RejectedException? Refusal(MediaInfo info, FrameScan? scan, string name)
    {
        var video = info.MainVideo;
        if ((scan?.FrameCount ?? video?.FrameCount) > Frames)
        {
            return TooManyFrames(name);
        }
        var seconds =
            scan?.Duration
            ?? video?.Duration
            ?? info.Audio.Max(stream => stream.Duration)
            ?? info.Duration;
        if (seconds > Seconds)
        {
            return new(
                RejectionCode.LimitDuration,
                FormattableString.Invariant(
                    $"'{name}' lasts {seconds:0} s; more than {Seconds:0} s are not accepted here."
                )
            );
        }
        var rate =
            scan is { Duration: > 0 } ? scan.FrameCount / scan.Duration
            : scan is null ? video?.FrameRate?.ToDouble()
            : null;
        // A handful of frames has no rate worth the name.
        return rate > FrameRate && (scan?.FrameCount ?? video?.FrameCount) > 16
            ? new(
                RejectionCode.LimitFrameRate,
                FormattableString.Invariant(
                    $"'{name}' has {rate:0} frames/s; more than {FrameRate:0} are not accepted here."
                )
            )
            : null;
    }

    internal RejectedException TooManyBytes(string name, long bytes) =>
        new(
            RejectionCode.LimitSize,
            $"'{name}' has {bytes} bytes; more than {Bytes} are not accepted here."
        );

    internal RejectedException TooManyFrames(string name) =>
        new(
            RejectionCode.LimitFrames,
            $"'{name}' has more than {Frames} frames, which is all that is accepted here."
        );

    internal RejectedException TooLarge(string name, long width, long height) =>
        new(
            RejectionCode.LimitPixels,
            $"The picture of '{name}' has {width} x {height} pixels; more than {Pixels} in all are not accepted here."
        );
}

/// <summary>The file as it is written: what is not in it stays as it was.</summary>
internal sealed record LimitsFile(
    long? Bytes,
    double? Seconds,
    long? Pixels,
    double? FrameRate,
    long? Frames,
    double? ProbeSeconds,
    double? ScanSeconds
);

/// <summary>The operator's limits cannot be used; one sentence says why.</summary>
public sealed class LimitsException(string message) : Exception(message);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow
)]
[JsonSerializable(typeof(LimitsFile))]
internal sealed partial class SourceLimitsJson : JsonSerializerContext;
