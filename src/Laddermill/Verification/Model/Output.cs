using System.Collections.Immutable;
using Laddermill.Verification.Manifests;
using Laddermill.Verification.Playlists;
using Laddermill.Verification.Reports;

namespace Laddermill.Verification.Model;

/// <summary>A published output as the rules see it: what its texts say, and what was measured of its media files.</summary>
/// <param name="MediaPlaylists">Those that the multivariant playlist names and that are there.</param>
/// <param name="Ordinary">Those of them that it names as variant or rendition, not for I-frames alone.</param>
/// <param name="Files">Facts of the media files that are there, by path.</param>
/// <param name="Missing">Files that are named but are not there or are empty, and who names them.</param>
/// <param name="SchemaFindings">What the XML schema of DASH finds; null when it was not at hand.</param>
/// <param name="DecodeFindings">What decoding every segment found; null when nobody asked for it.</param>
public sealed record Output(
    MultivariantPlaylist? Multivariant,
    ImmutableArray<MediaPlaylist> MediaPlaylists,
    ImmutableArray<MediaPlaylist> Ordinary,
    Manifest? Manifest,
    IReadOnlyDictionary<string, FileFacts> Files,
    ImmutableArray<Finding> Missing,
    ImmutableArray<Rendition> Renditions,
    ImmutableArray<HlsVariant> Variants,
    ImmutableArray<HlsIFrameStream> IFrameStreams,
    ImmutableArray<DashTrack> DashTracks,
    ImmutableArray<Finding>? SchemaFindings,
    ImmutableArray<Finding>? DecodeFindings
)
{
    /// <summary>What <c>master-ts.m3u8</c> leads to: the same film as transport streams; null when there is none.</summary>
    public Output? Transport { get; init; }

    /// <summary>Of an output of transport streams.</summary>
    public ImmutableArray<TransportRendition> TransportRenditions { get; init; } = [];

    /// <summary>Renditions that can be measured.</summary>
    public IEnumerable<Rendition> Whole => Renditions.Where(each => each.IsWhole);

    public IEnumerable<Rendition> Video => Whole.Where(each => each.IsVideo);

    public IEnumerable<Rendition> Audio => Whole.Where(each => each.IsAudio);
}

/// <summary>One EXT-X-STREAM-INF with what it leads to.</summary>
/// <param name="Main">What its own media playlist strings together (video, or the sound where there is no video); null when it cannot be measured.</param>
/// <param name="Audio">Members of its audio group; null in place of one that cannot be measured.</param>
public sealed record HlsVariant(
    string Where,
    AttributeList Attributes,
    MediaPlaylist? Playlist,
    Rendition? Main,
    ImmutableArray<Rendition?> Audio
)
{
    /// <summary>Whether everything that its rates add up from could be measured.</summary>
    public bool IsWhole => Main is not null && Audio.All(each => each is not null);

    /// <summary>
    /// Whether it is itself a member of its audio group, as with a source without video: a player then plays one member of the group, and
    /// nothing beside it.
    /// </summary>
    public bool IsOfItsGroup => Audio.Any(each => each?.InitTarget == Main?.InitTarget);

    /// <summary>Everything that may be played of it, once.</summary>
    public IEnumerable<Rendition> All =>
        Audio.Prepend(Main).OfType<Rendition>().DistinctBy(each => each.InitTarget);

    /// <summary>The largest sum of a measured rate over any playable combination (HLS-AUTH 9.13).</summary>
    public double Costliest(Func<Rendition, double> rate) =>
        (Main is null || IsOfItsGroup ? 0 : rate(Main))
        + Audio.OfType<Rendition>().Select(rate).DefaultIfEmpty().Max();
}

/// <summary>One EXT-X-I-FRAME-STREAM-INF with what it leads to.</summary>
/// <param name="Video">The rendition whose segments it points into; null when it cannot be measured.</param>
public sealed record HlsIFrameStream(
    string Where,
    AttributeList Attributes,
    MediaPlaylist? Playlist,
    Rendition? Video
);

/// <summary>One representation with what it leads to; <paramref name="Rendition"/> is null when it cannot be measured.</summary>
public sealed record DashTrack(Representation Representation, Rendition? Rendition);
