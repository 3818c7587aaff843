using System.Collections.Immutable;
using Laddermill.Verification.Boxes;

namespace Laddermill.Verification.Model;

/// <summary>One track of the output as a media playlist or a representation strings it together, with the facts of its files.</summary>
/// <param name="Where">For people: the playlist's path or the representation.</param>
/// <param name="InitTarget">Path of its init segment.</param>
/// <param name="Init">Null when the file is missing or unreadable.</param>
/// <param name="Segments">Those that are there, in presentation order.</param>
/// <param name="IsWhole">Whether init and all segments are there and could be read: else there is nothing to measure.</param>
public sealed record Rendition(
    string Where,
    string InitTarget,
    InitFacts? Init,
    ImmutableArray<SegmentFacts> Segments,
    bool IsWhole
)
{
    public TrackFacts? Track => Init?.Track;

    public bool IsVideo => Track?.Handler == "vide";

    public bool IsAudio => Track?.Handler == "soun";

    public long Timescale => Track?.Timescale ?? 1;

    public IEnumerable<FragmentFacts> Fragments =>
        Segments.SelectMany(segment => segment.Fragments);

    /// <summary>Ticks of all samples.</summary>
    public long Duration { get; } = Segments.Sum(segment => segment.Duration);

    public long Samples { get; } = Segments.Sum(segment => segment.Samples);

    public double Seconds => (double)Duration / Timescale;

    /// <summary>Frames (or audio packets) a second, over the whole.</summary>
    public double Rate => Duration == 0 ? 0 : (double)Samples * Timescale / Duration;

    /// <summary>Seconds of the longest frame or audio packet.</summary>
    public double LongestSample { get; } =
        Segments.IsEmpty
            ? 0
            : (double)
                Segments.Max(segment =>
                    segment.Fragments.IsEmpty
                        ? 0
                        : segment.Fragments.Max(each => each.LongestSample)
                ) / (Init?.Track?.Timescale ?? 1);

    /// <summary>Seconds on the presentation's time line, with the edit list.</summary>
    public double ShownFrom =>
        Segments.IsEmpty || Segments[0].Fragments.IsEmpty
            ? 0
            : (double)(Segments[0].Fragments.Min(each => each.PresentationStart) - Track!.EditShift)
                / Timescale;

    /// <summary>Seconds on the presentation's time line, with the edit list.</summary>
    public double ShownUntil =>
        Segments.IsEmpty || Segments[^1].Fragments.IsEmpty
            ? 0
            : (double)(Segments[^1].Fragments.Max(each => each.PresentationEnd) - Track!.EditShift)
                / Timescale;

    public long Bytes => Segments.Sum(segment => segment.Bytes);

    /// <summary>Bits a second over the whole: bytes of the segments, without the init segment (RFC 8216bis §4.4.6.2).</summary>
    public double AverageRate => Duration == 0 ? 0 : Bytes * 8 / Seconds;

    /// <summary>Peak segment bit rate for a target duration in seconds.</summary>
    public double PeakRate(double target) =>
        Rates.Peak(
            [.. Segments.Select(each => (each.Bytes, (double)each.Duration / Timescale))],
            target
        );
}
