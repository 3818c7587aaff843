using System.Collections.Immutable;
using Laddermill.Verification.Boxes;
using Laddermill.Verification.Manifests;
using Laddermill.Verification.Playlists;
using Laddermill.Verification.Reports;
using Laddermill.Verification.Transport;

namespace Laddermill.Verification.Model;

/// <summary>Joins texts and measured files to an <see cref="Output"/>; reads nothing.</summary>
internal sealed class OutputBuilder(
    MultivariantPlaylist? multivariant,
    ImmutableArray<MediaPlaylist> playlists,
    Manifest? manifest,
    IReadOnlyDictionary<string, FileFacts> files
)
{
    /// <param name="missingTexts">Media playlists that are named but not there.</param>
    public Output Build(
        IEnumerable<Finding> missingTexts,
        ImmutableArray<Finding>? schemaFindings = null,
        ImmutableArray<Finding>? decodeFindings = null
    )
    {
        var named = References.Of(playlists, manifest);
        var ordinary = Ordinary();
        var ofHls = ordinary.Select(OfPlaylist).OfType<Rendition>().ToImmutableArray();
        var tracks = manifest is null
            ? []
            : manifest
                .Representations.Select(each => new DashTrack(each, OfRepresentation(each)))
                .ToImmutableArray();
        // What DASH strings together just as HLS does is one rendition, not two.
        var onlyDash = tracks
            .Select(track => track.Rendition)
            .OfType<Rendition>()
            .Where(dash => !ofHls.Any(hls => IsSame(hls, dash)));
        return new(
            multivariant,
            playlists,
            ordinary,
            manifest,
            files,
            [
                .. missingTexts,
                .. named
                    .Where(each => files.GetValueOrDefault(each.Path) is not { Bytes: > 0 })
                    .Select(each => new Finding(each.Path, $"named by {each.NamedBy}")),
            ],
            [.. ofHls, .. onlyDash],
            Variants(ofHls),
            IFrameStreams(ofHls),
            [.. tracks.Select(track => track with { Rendition = Whole(track.Rendition) })],
            schemaFindings,
            decodeFindings
        )
        {
            TransportRenditions = [.. ordinary.Select(OfTransport).OfType<TransportRendition>()],
        };
    }

    private TransportRendition? OfTransport(MediaPlaylist playlist)
    {
        var segments = playlist
            .Segments.Select(each => files.GetValueOrDefault(each.Target ?? "") as TransportFacts)
            .ToList();
        return segments.TrueForAll(each => each is null)
            ? null
            : new(
                playlist,
                [.. segments.OfType<TransportFacts>()],
                segments.TrueForAll(each => each is { Problem: null, Start: not null })
            );
    }

    /// <summary>By what the multivariant playlist says they are for, not by what they say themselves.</summary>
    private ImmutableArray<MediaPlaylist> Ordinary()
    {
        var named = multivariant?.OrdinaryUris ?? [];
        var paths = named.Select(uri => OutputPath.Resolve(multivariant!.Path, uri)).ToHashSet();
        return [.. playlists.Where(playlist => paths.Contains(playlist.Path))];
    }

    private ImmutableArray<HlsVariant> Variants(ImmutableArray<Rendition> renditions) =>
        multivariant is null
            ? []
            :
            [
                .. multivariant.Variants.Select(variant => new HlsVariant(
                    $"{multivariant.Path} line {variant.Attributes.Line}",
                    variant.Attributes,
                    PlaylistAt(variant.Uri),
                    Measured(renditions, variant.Uri),
                    [
                        .. multivariant
                            .Media.Where(media =>
                                media["TYPE"] == "AUDIO"
                                && media["GROUP-ID"] == variant.Attributes["AUDIO"]
                                && media.Has("URI")
                            )
                            .Select(media => Measured(renditions, media["URI"]!)),
                    ]
                )),
            ];

    private ImmutableArray<HlsIFrameStream> IFrameStreams(ImmutableArray<Rendition> renditions) =>
        multivariant is null
            ? []
            :
            [
                .. multivariant.IFrames.Select(attributes =>
                {
                    var playlist = PlaylistAt(attributes["URI"] ?? "");
                    var init = playlist is null ? null : References.InitOf(playlist);
                    return new HlsIFrameStream(
                        $"{multivariant.Path} line {attributes.Line}",
                        attributes,
                        playlist,
                        Whole(renditions.FirstOrDefault(each => each.InitTarget == init))
                    );
                }),
            ];

    private MediaPlaylist? PlaylistAt(string uri)
    {
        var path = OutputPath.Resolve(multivariant!.Path, uri);
        return playlists.FirstOrDefault(playlist => playlist.Path == path);
    }

    private Rendition? Measured(ImmutableArray<Rendition> renditions, string uri)
    {
        var playlist = PlaylistAt(uri);
        return playlist is null
            ? null
            : Whole(renditions.FirstOrDefault(each => each.Where == playlist.Path));
    }

    private static Rendition? Whole(Rendition? rendition) =>
        rendition is { IsWhole: true } ? rendition : null;

    private Rendition? OfPlaylist(MediaPlaylist playlist) =>
        References.InitOf(playlist) is { } init
            ? Join(playlist.Path, init, [.. playlist.Segments.Select(each => each.Target)])
            : null;

    private Rendition? OfRepresentation(Representation representation) =>
        representation.InitTarget is { } init
            ? Join(
                representation.Where,
                init,
                [.. representation.Segments.Select(each => each.Target)]
            )
            : null;

    private Rendition Join(string where, string initPath, ImmutableArray<string?> targets)
    {
        var init = files.GetValueOrDefault(initPath) as InitFacts;
        var segments = targets
            .Select(target => files.GetValueOrDefault(target ?? "") as SegmentFacts)
            .ToList();
        var isWhole =
            init is { Problem: null, Track: not null }
            && segments.Count > 0
            && segments.All(segment => segment is { Problem: null });
        return new(where, initPath, init, [.. segments.OfType<SegmentFacts>()], isWhole);
    }

    private static bool IsSame(Rendition one, Rendition other) =>
        one.InitTarget == other.InitTarget && one.Segments.SequenceEqual(other.Segments);
}
