using System.Collections.Immutable;
using Laddermill.Verification.Playlists;
using Laddermill.Verification.Transport;

namespace Laddermill.Verification.Model;

/// <summary>One rendition of the transport streams, as its media playlist strings it together.</summary>
/// <param name="Segments">Those that are there, in order.</param>
/// <param name="IsWhole">Whether all are there and could be read: else there is nothing to measure.</param>
public sealed record TransportRendition(
    MediaPlaylist Playlist,
    ImmutableArray<TransportFacts> Segments,
    bool IsWhole
)
{
    public string Where => Playlist.Path;

    public bool HasPictures => Segments is [{ Video: not null }, ..];

    /// <summary>The first segment's pictures stand for all.</summary>
    public TransportVideo? Video => Segments.IsEmpty ? null : Segments[0].Video;

    public TransportAudio? Audio => Segments.IsEmpty ? null : Segments[0].Audio;

    public int Pictures => Segments.Sum(segment => segment.Video?.Pictures ?? 0);

    /// <summary>
    /// Ticks of 90 kHz that one picture lasts, by the decoding times over the whole. A transport stream does not say how long a single one lasts: it is taken as the playlist
    /// has it.
    /// </summary>
    public double PictureTicks =>
        Pictures < 2 || Segments[0].Video is not { } first || Segments[^1].Video is not { } last
            ? (double)Playlist.Duration * 90_000
            : (double)(last.LastDecoded - first.FirstDecoded) / (Pictures - 1);

    /// <summary>Where the last segment ends, in ticks of 90 kHz.</summary>
    public double End =>
        Segments.IsEmpty ? 0
        : Segments[^1].Video is { } video ? video.LastShown + PictureTicks
        : Segments[^1].Audio?.End ?? 0;

    /// <summary>Seconds from the start of the segment to the start of the next; for the last, to its end.</summary>
    public double SecondsOf(int index) =>
        (
            (index + 1 < Segments.Length ? Segments[index + 1].Start ?? 0 : End)
            - (Segments[index].Start ?? 0)
        ) / 90_000;

    public double Seconds => Segments.IsEmpty ? 0 : (End - (Segments[0].Start ?? 0)) / 90_000;

    public double AverageRate => Seconds <= 0 ? 0 : Segments.Sum(each => each.Bytes) * 8 / Seconds;

    /// <summary>Peak segment bit rate for a target duration in seconds.</summary>
    public double PeakRate(double target) =>
        Rates.Peak([.. Segments.Select((each, index) => (each.Bytes, SecondsOf(index)))], target);
}
