using System.Globalization;
using Laddermill.Media;

namespace Laddermill.Ladders;

/// <summary>What a source promises to hold, and how much of it there is: first by its packets, in the end by what was decoded.</summary>
/// <param name="Frames">Frames of its picture, by its packets or its table of frames; null when there is no picture, or nobody knows.</param>
/// <param name="Declared">Seconds, by the container's word; null where that is no word but a guess.</param>
/// <param name="Found">Seconds until the last packet of any stream ends; null when it was not asked, or nobody knows.</param>
public sealed record SourcePromise(long? Frames, double? Declared, double? Found)
{
    /// <summary>Seconds that containers may be off: they round, and count silence and pauses at the end or not.</summary>
    private const double Coarseness = 1;

    /// <summary>Seconds of pictures that may be missing in all: a container's count may include frames that were never meant to be shown.</summary>
    private const double Grace = 0.5;

    /// <summary>
    /// Containers whose header says how long the film is. Of others ffmpeg tells what it reckons from rates, or from time stamps that may jump.
    /// </summary>
    private static readonly string[] Declaring =
    [
        .. "mov matroska webm avi asf flv rm mxf wav w64 aiff caf flac".Split(' '),
    ];

    /// <summary>Codecs of screens whose decoders give no frame where a packet says that nothing has changed.</summary>
    private static readonly string[] Silent =
    [
        .. "tscc tscc2 g2m zmbv cscd mss1 mss2 vmnc rscc screenpresso".Split(' '),
    ];

    /// <param name="found">Seconds until the last packet of any stream ends; null when it was not asked.</param>
    public static SourcePromise Of(MediaInfo source, FrameScan? scan, double? found) =>
        new(
            source.MainVideo is { } video && !Silent.Contains(video.Codec)
                ? FramesOf(scan) ?? video.FrameCount
                : null,
            source.Container.Split(',').Intersect(Declaring).Any() ? source.Duration : null,
            found
        );

    /// <summary>A recording that begins between two key frames promises nothing before the first of them.</summary>
    private static long? FramesOf(FrameScan? scan) =>
        scan is { KeyTimes: [var first, ..] }
            ? scan.Times.Count(time => time >= first)
            : scan?.FrameCount;

    /// <summary>Whether the packets end so long before the container's word that all streams should be asked.</summary>
    /// <param name="end">Seconds until the picture's last packet ends; null when there is none, or it was not asked.</param>
    public bool IsDoubtful(double? end) => Declared is { } && !(Declared - end <= Coarseness);

    /// <summary>0 to 1: how much of the declared length there is, by its packets.</summary>
    public double PartFound =>
        Declared is { } declared && Found is { } found && declared - found > Coarseness
            ? Math.Max(0, found) / declared
            : 1;

    /// <summary>0 to 1: how much of what was promised has been decoded.</summary>
    /// <param name="decoded">Frames of the source that came out of the decoder.</param>
    /// <param name="seconds">Length of the picture when all of its frames are there.</param>
    public double Part(long decoded, double seconds)
    {
        if (Frames is not { } frames || decoded >= frames)
        {
            return PartFound;
        }
        var part = (double)decoded / frames;
        return (1 - part) * seconds > Grace ? PartFound * part : PartFound;
    }

    /// <summary>What is missing, as a clause: <c>of 750 frames only 700 can be decoded</c>.</summary>
    public string Shortfall(long decoded)
    {
        var length =
            PartFound < 1
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"it claims to last {Declared:0.#} s, but holds {Found:0.#} s"
                )
                : null;
        var frames =
            decoded < Frames
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"of {Frames} frames only {decoded} can be decoded"
                )
                : null;
        var missing = string.Join(", and ", new[] { length, frames }.OfType<string>());
        return missing.Length > 0 ? missing : "its picture ends early";
    }
}
