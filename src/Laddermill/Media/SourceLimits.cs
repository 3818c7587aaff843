using Laddermill.Processes;

namespace Laddermill.Media;

/// <summary>
/// How much a source may ask for. These protect whoever runs Laddermill, so they come from there and never from a job or a profile: the
/// environment variable <c>LADDERMILL_LIMITS</c> names a JSON file with the fields to change.
/// </summary>
public sealed record SourceLimits
{
    /// <summary>The environment variable that names the file.</summary>
    public const string Variable = "LADDERMILL_LIMITS";

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

    /// <summary>Streams of the source.</summary>
    public int Streams { get; init; } = 64;

    /// <summary>Seconds of processor time that each run of a tool may have, beside those for its film.</summary>
    public double ProcessorSeconds { get; init; } = 600;

    /// <summary>
    /// Seconds of processor time for each second of film that a run of a tool reads: ten times what 8K in HDR to three renditions takes.
    /// </summary>
    public double ProcessorPerSecond { get; init; } = 300;

    /// <summary>Seconds that each run of a tool may take, beside those for its film.</summary>
    public double WallSeconds { get; init; } = 1800;

    /// <summary>Seconds for each second of film that a run of a tool reads; more than of processor time, since many may share a core.</summary>
    public double WallPerSecond { get; init; } = 600;

    /// <summary>Bytes of memory of each run of a tool: 8 GiB, or three quarters of what the machine or container has.</summary>
    public long Memory { get; init; } =
        Math.Min(8L << 30, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 * 3);

    /// <summary>Bytes that each run of a tool may make, beside those for its film.</summary>
    public long OutputBytes { get; init; } = 64L << 20;

    /// <summary>Bytes for each second of film that a run of a tool reads: 400 Mbit/s for all renditions together.</summary>
    public long OutputPerSecond { get; init; } = 50_000_000;

    /// <summary>The limits of <see cref="Variable"/>, or the default.</summary>
    /// <exception cref="LimitsException">The file cannot be read, or has a field that is unknown or not positive.</exception>
    public static SourceLimits FromEnvironment() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } file
            ? LimitsFile.Load(file)
            : Default;

    /// <inheritdoc cref="LimitsFile.Parse"/>
    public static SourceLimits Parse(string json) => LimitsFile.Parse(json);

    /// <summary>What one run of a tool may use that reads so many seconds of film.</summary>
    internal ToolLimits ForRun(double film) =>
        new()
        {
            Processor = Time(ProcessorSeconds + (ProcessorPerSecond * film)),
            Wall = Time(WallSeconds + (WallPerSecond * film)),
            Memory = Memory,
            Output = (long)Math.Min(OutputBytes + (OutputPerSecond * film), long.MaxValue / 2),
        };

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

    /// <summary>Ten years are as good as for ever, and can still be added to.</summary>
    private static TimeSpan Time(double seconds) =>
        TimeSpan.FromSeconds(Math.Min(seconds, 10 * 365 * 86_400.0));
}
