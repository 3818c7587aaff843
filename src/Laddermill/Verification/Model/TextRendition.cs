using System.Collections.Immutable;
using Laddermill.Verification.Playlists;
using Laddermill.Verification.Texts;

namespace Laddermill.Verification.Model;

/// <summary>Subtitles as a media playlist strings them together.</summary>
/// <param name="Segments">Seconds from and until which each is meant, and what it holds; null where it is not there or no WebVTT.</param>
internal sealed record TextRendition(
    MediaPlaylist Playlist,
    ImmutableArray<(SegmentEntry Entry, decimal From, decimal Until, TextFacts? Facts)> Segments
)
{
    /// <summary>Those that the multivariant playlist names as subtitles.</summary>
    public static IEnumerable<TextRendition> Of(Output output)
    {
        var paths = (output.Multivariant?.Media ?? [])
            .Where(media => media["TYPE"] == "SUBTITLES" && media.Has("URI"))
            .Select(media => OutputPath.Resolve(output.Multivariant!.Path, media["URI"]!))
            .ToHashSet();
        foreach (
            var playlist in output.MediaPlaylists.Where(each =>
                paths.Contains(each.Path) && !each.Maps.Any()
            )
        )
        {
            var segments = ImmutableArray.CreateBuilder<(
                SegmentEntry,
                decimal,
                decimal,
                TextFacts?
            )>();
            var from = 0m;
            foreach (var entry in playlist.Segments)
            {
                var facts = output.Files.GetValueOrDefault(entry.Target ?? "") as TextFacts;
                segments.Add((entry, from, from += entry.Duration, facts));
            }
            yield return new(playlist, segments.DrainToImmutable());
        }
    }
}
