using System.Collections.Immutable;

namespace Laddermill.Verification.Playlists;

/// <summary>What both kinds of playlist have.</summary>
/// <param name="Problems">Breaches of the grammar, with their lines.</param>
public abstract record Playlist(
    string Path,
    long Bytes,
    ImmutableArray<PlaylistLine> Lines,
    ImmutableArray<string> Problems
)
{
    public bool HasTag(string tag) => Lines.Any(line => line.Tag == tag);

    public IEnumerable<string> ValuesOf(string tag) =>
        Lines.Where(line => line.Tag == tag).Select(line => line.Value);
}

/// <param name="Variants">Of EXT-X-STREAM-INF.</param>
/// <param name="IFrames">Of EXT-X-I-FRAME-STREAM-INF.</param>
/// <param name="Media">Of EXT-X-MEDIA.</param>
public sealed record MultivariantPlaylist(
    string Path,
    long Bytes,
    ImmutableArray<PlaylistLine> Lines,
    ImmutableArray<string> Problems,
    ImmutableArray<VariantEntry> Variants,
    ImmutableArray<AttributeList> IFrames,
    ImmutableArray<AttributeList> Media
) : Playlist(Path, Bytes, Lines, Problems)
{
    /// <summary>Every URI of a media playlist, once, in order.</summary>
    public IEnumerable<string> Uris => OrdinaryUris.Concat(Named(IFrames)).Distinct();

    /// <summary>As <see cref="Uris"/>, without those that are for I-frames alone.</summary>
    public IEnumerable<string> OrdinaryUris =>
        Variants.Select(variant => variant.Uri).Concat(Named(Media)).Distinct();

    private static IEnumerable<string> Named(ImmutableArray<AttributeList> entries) =>
        entries.Select(entry => entry["URI"]).OfType<string>().Where(uri => uri.Length > 0);
}

public sealed record VariantEntry(AttributeList Attributes, string Uri);

/// <param name="TargetDuration">Seconds; null when missing or unreadable.</param>
/// <param name="Maps">Of EXT-X-MAP.</param>
public sealed record MediaPlaylist(
    string Path,
    long Bytes,
    ImmutableArray<PlaylistLine> Lines,
    ImmutableArray<string> Problems,
    int? TargetDuration,
    ImmutableArray<AttributeList> Maps,
    ImmutableArray<SegmentEntry> Segments
) : Playlist(Path, Bytes, Lines, Problems)
{
    public bool IsIFramesOnly => HasTag("EXT-X-I-FRAMES-ONLY");

    /// <summary>Seconds, as EXTINF adds up.</summary>
    public decimal Duration => Segments.Sum(segment => segment.Duration);
}

/// <summary>One segment of a media playlist.</summary>
/// <param name="Duration">Seconds of EXTINF.</param>
/// <param name="Target">Path from the output's folder; null when the URI leaves it.</param>
/// <param name="Range">Of EXT-X-BYTERANGE; null for a whole file.</param>
/// <param name="HasMap">Whether an EXT-X-MAP stands before it.</param>
public sealed record SegmentEntry(
    int Line,
    decimal Duration,
    string Uri,
    string? Target,
    ByteRange? Range,
    bool HasMap
);

public readonly record struct ByteRange(long Offset, long Length)
{
    public long End => Offset + Length;
}
