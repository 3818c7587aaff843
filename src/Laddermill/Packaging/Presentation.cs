using System.Collections.Immutable;
using Laddermill.Media;

namespace Laddermill.Packaging;

/// <summary>
/// A finished ladder as the playlist and manifest writers need it: measured facts, no plans. Paths are relative to the folder that
/// holds <c>master.m3u8</c>; each rendition lies in a folder of its own, <c>{Revision}/{Name}/</c>.
/// </summary>
/// <param name="Revision">The folder of immutable media, such as <c>mf4k2c7a</c>.</param>
/// <param name="TargetDuration">Seconds for EXT-X-TARGETDURATION; the same for all renditions.</param>
public sealed record Presentation(
    string Revision,
    int TargetDuration,
    ImmutableArray<VideoTrack> Video,
    ImmutableArray<AudioTrack> Audio
)
{
    /// <summary>All renditions, those of the transport stream at the end.</summary>
    public IEnumerable<Track> Tracks =>
        [.. Video, .. Audio, .. Transport?.Video ?? [], .. Transport?.Audio ?? []];

    /// <summary>Captions inside the pictures of every video rendition; null when there are none.</summary>
    public CaptionTrack? Captions { get; init; }

    /// <summary>The same film as MPEG-TS; null when it was not asked for.</summary>
    public TransportPresentation? Transport { get; init; }

    /// <summary>Subtitles as WebVTT; empty when there are none.</summary>
    public ImmutableArray<SubtitleTrack> Subtitles { get; init; } = [];

    /// <summary>
    /// The smallest target duration that holds for all segments of these renditions: the longest, rounded to whole seconds (RFC 8216bis
    /// §4.4.3.1), at least 1.
    /// </summary>
    public static int TargetDurationOf(IEnumerable<Track> tracks) =>
        (int)
            tracks
                .SelectMany(track =>
                    track.Segments.Select(segment =>
                        (2 * segment.Duration + track.Timescale) / (2L * track.Timescale)
                    )
                )
                .Append(1)
                .Max();
}

/// <summary>The same film once more as MPEG-TS, for players that know no fragmented MP4.</summary>
/// <param name="Video">Renditions with pictures; the default sound is inside their segments.</param>
/// <param name="Inside">The CMAF rendition whose sound is inside; null without pictures or without sound.</param>
/// <param name="Audio">Renditions of sound alone: all others.</param>
public sealed record TransportPresentation(
    ImmutableArray<VideoTrack> Video,
    AudioTrack? Inside,
    ImmutableArray<AudioTrack> Audio
);

/// <summary>What video and audio renditions have in common once packaged.</summary>
/// <param name="Name">Folder name, such as <c>video-1080p</c> or <c>audio-eng-2ch</c>.</param>
/// <param name="Codec">RFC 6381 string from the init segment, such as <c>avc1.640028</c>.</param>
/// <param name="Timescale">Ticks per second of the segments' times.</param>
public abstract record Track(
    string Name,
    string Codec,
    int Timescale,
    int InitBytes,
    ImmutableArray<PackagedSegment> Segments
)
{
    /// <summary>Whether the segments are of a transport stream, which has no init segment; else they are CMAF.</summary>
    public bool IsTransportStream { get; init; }

    /// <summary>In a film that is still growing: the highest rate that it may have, bit/s. Null when the rate is as measured.</summary>
    public long? Cap { get; init; }

    /// <summary>When the last segment ends, in ticks; 0 without segments.</summary>
    public long End => Segments.IsEmpty ? 0 : Segments[^1].Start + Segments[^1].Duration;
}

public sealed record VideoTrack(
    string Name,
    string Codec,
    int Timescale,
    int InitBytes,
    ImmutableArray<PackagedSegment> Segments,
    int Width,
    int Height,
    Rational FrameRate
) : Track(Name, Codec, Timescale, InitBytes, Segments)
{
    /// <summary>HLS VIDEO-RANGE of a high dynamic range (RFC 8216bis §4.4.6.2): <c>PQ</c>, <c>HLG</c>; null for standard range.</summary>
    public string? HighRange { get; init; }

    /// <summary>Whether every player has its codec; others stand behind, for players that take the first that they see.</summary>
    public bool IsCommon => Codec.StartsWith("avc1.", StringComparison.Ordinal);
}

/// <param name="Language">BCP 47 tag; null when unknown (then written as <c>und</c> where a value must stand).</param>
/// <param name="Label">What a player's menu shows, such as <c>English</c>.</param>
/// <param name="Roles">DASH roles (urn:mpeg:dash:role:2011): <c>main</c>, <c>alternate</c>, <c>commentary</c>, <c>description</c> …</param>
public sealed record AudioTrack(
    string Name,
    string Codec,
    int Timescale,
    int InitBytes,
    ImmutableArray<PackagedSegment> Segments,
    int SampleRate,
    int Channels,
    string? Language,
    string Label,
    bool IsDefault,
    ImmutableArray<string> Roles
) : Track(Name, Codec, Timescale, InitBytes, Segments)
{
    /// <summary>Null when it was not measured.</summary>
    public Loudness? Loudness { get; init; }
}

/// <summary>CEA-608 captions inside the pictures: no file of their own.</summary>
/// <param name="Channel"><c>CC1</c> to <c>CC4</c>.</param>
/// <param name="Language">BCP 47 tag; null when unknown.</param>
/// <param name="Label">What a player's menu shows.</param>
public sealed record CaptionTrack(string Channel, string? Language, string Label);

/// <summary>Text in segments of WebVTT on the boundaries of the pictures, and in one file for DASH.</summary>
/// <param name="Language">BCP 47 tag; null when unknown.</param>
/// <param name="Label">What a player's menu shows.</param>
/// <param name="IsForced">Only what must be understood in any language.</param>
/// <param name="IsHearingImpaired">With sounds and speakers.</param>
/// <param name="Role">DASH role (urn:mpeg:dash:role:2011).</param>
public sealed record SubtitleTrack(
    string Name,
    int Timescale,
    ImmutableArray<PackagedSegment> Segments,
    string? Language,
    string Label,
    bool IsDefault,
    bool IsForced,
    bool IsHearingImpaired,
    string Role
) : Track(Name, "wvtt", Timescale, 0, Segments);
