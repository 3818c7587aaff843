using Laddermill.Verification.Manifests;
using Laddermill.Verification.Playlists;

namespace Laddermill.Verification.Model;

internal enum ReferenceKind
{
    Init,
    Segment,
    Transport,
    Other,
}

/// <summary>A file that a playlist or manifest names.</summary>
/// <param name="Init">For a segment: the path of the init segment that it needs.</param>
/// <param name="NamedBy">For people.</param>
internal sealed record Reference(string Path, ReferenceKind Kind, string? Init, string NamedBy);

/// <summary>Which files an output needs besides its playlists, by what its playlists and manifest say.</summary>
internal static class References
{
    /// <summary>Each file once, init segments before the segments that need them.</summary>
    public static List<Reference> Of(IEnumerable<MediaPlaylist> playlists, Manifest? manifest) =>
        [
            .. playlists
                .SelectMany(OfPlaylist)
                .Concat((manifest?.Representations ?? []).SelectMany(OfRepresentation))
                .OrderBy(reference => reference.Kind)
                .DistinctBy(reference => reference.Path),
        ];

    private static IEnumerable<Reference> OfPlaylist(MediaPlaylist playlist)
    {
        var init = InitOf(playlist);
        if (init is not null)
        {
            yield return new(init, ReferenceKind.Init, null, playlist.Path);
        }
        foreach (var segment in playlist.Segments)
        {
            if (segment.Target is { } target)
            {
                var kind =
                    init is not null ? ReferenceKind.Segment
                    : target.EndsWith(".ts", StringComparison.Ordinal) ? ReferenceKind.Transport
                    : ReferenceKind.Other;
                yield return new(target, kind, init, $"{playlist.Path} line {segment.Line}");
            }
        }
    }

    private static IEnumerable<Reference> OfRepresentation(Representation representation)
    {
        var init = representation.InitTarget;
        if (init is not null)
        {
            yield return new(init, ReferenceKind.Init, null, representation.Where);
        }
        foreach (var segment in representation.Segments)
        {
            if (segment.Target is { } target)
            {
                var kind = init is null ? ReferenceKind.Other : ReferenceKind.Segment;
                yield return new(target, kind, init, representation.Where);
            }
        }
    }

    /// <summary>Path of the first init segment; null when there is none or it leads outside.</summary>
    public static string? InitOf(MediaPlaylist playlist) =>
        playlist.Maps is [var map, ..] && map["URI"] is { } uri
            ? OutputPath.Resolve(playlist.Path, uri)
            : null;
}
