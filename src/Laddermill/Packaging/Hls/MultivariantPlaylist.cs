using System.Collections.Immutable;

namespace Laddermill.Packaging.Hls;

/// <summary>
/// Writes the multivariant playlist (RFC 8216bis §4.4.6, HLS Authoring Specification 9): what there is to choose from, with rates as they were measured.
/// </summary>
public static class MultivariantPlaylist
{
    // HLS Authoring Specification 1.32: a player starts with the first variant, which should be near 2 Mbit/s on average.
    private const long FirstVariantRate = 2_000_000;

    // Of the media playlists, which say EXT-X-MAP: who cannot play those need not begin here.
    private const int MediaPlaylistVersion = 6;

    private const string CaptionGroup = "cc";

    /// <summary>Paths are relative to the folder that holds the revision's.</summary>
    /// <param name="isGrowing">More segments will follow: who opens it now wants to see the film from its beginning, not from its latest segment.</param>
    public static string Write(Presentation presentation, bool isGrowing = false)
    {
        var text = new PlaylistText();
        text.Require(MediaPlaylistVersion);
        text.Tag("EXT-X-INDEPENDENT-SEGMENTS");
        if (isGrowing)
        {
            // RFC 8216bis §4.4.2.2.
            text.Tag("EXT-X-START", new AttributeList().Integer("TIME-OFFSET", 0));
        }
        var groups = AudioGroup.Of(presentation.Audio);
        if (presentation.Video.IsEmpty)
        {
            WriteAudioOnly(text, presentation, groups);
        }
        else
        {
            WriteRenditions(text, presentation, groups);
            WriteVariants(text, presentation, groups);
            WriteIFrameVariants(text, presentation, presentation.Video);
        }
        return text.ToString();
    }

    private static void WriteRenditions(
        PlaylistText text,
        Presentation presentation,
        IEnumerable<AudioGroup> groups
    )
    {
        foreach (var group in groups)
        {
            foreach (var rendition in group.Renditions(track => Playlist(presentation, track)))
            {
                text.Tag("EXT-X-MEDIA", rendition);
            }
        }
        WriteSubtitles(text, presentation);
        WriteCaptions(text, presentation);
    }

    internal static void WriteCaptions(PlaylistText text, Presentation presentation)
    {
        if (presentation.Captions is { } captions)
        {
            text.Tag(
                "EXT-X-MEDIA",
                new AttributeList()
                    .Enumerated("TYPE", "CLOSED-CAPTIONS")
                    .Quoted("GROUP-ID", CaptionGroup)
                    .Quoted("LANGUAGE", DisplayText.Language(captions.Language))
                    .Quoted("NAME", captions.Label)
                    .Enumerated("DEFAULT", "NO")
                    .Enumerated("AUTOSELECT", "YES")
                    .Quoted("INSTREAM-ID", captions.Channel)
            );
        }
    }

    private static void WriteSubtitles(PlaylistText text, Presentation presentation)
    {
        foreach (
            var rendition in SubtitleGroup.Renditions(
                presentation.Subtitles,
                track => Playlist(presentation, track)
            )
        )
        {
            text.Tag("EXT-X-MEDIA", rendition);
        }
    }

    private static void WriteVariants(
        PlaylistText text,
        Presentation presentation,
        IReadOnlyCollection<AudioGroup> groups
    )
    {
        foreach (var group in groups.Cast<AudioGroup?>().DefaultIfEmpty())
        {
            var audioRate = group?.Rate(presentation.TargetDuration) ?? default;
            var variants = presentation.Video.Select(video =>
                (video, BitRate.Of(video, presentation.TargetDuration) + audioRate)
            );
            // A player that does not ask which codecs there are begins with the first variant.
            var families = variants.GroupBy(each => each.video.IsCommon);
            var ordered = families.OrderByDescending(family => family.Key).SelectMany(InOrder);
            foreach (var (video, rate) in ordered)
            {
                var attributes = Rate(rate)
                    .Quoted("CODECS", string.Join(',', [video.Codec, .. group?.Codecs ?? []]))
                    .Resolution(video.Width, video.Height)
                    .FrameRate(video.FrameRate);
                AddRange(attributes, presentation.Video, video);
                if (group is not null)
                {
                    attributes.Quoted("AUDIO", group.Id);
                }
                text.Tag(
                    "EXT-X-STREAM-INF",
                    AddCaptions(AddSubtitles(attributes, presentation), presentation)
                );
                text.Uri(Playlist(presentation, video));
            }
        }
    }

    /// <summary>Unless all are of standard range, each says which it has (HLS Authoring Specification 9.16).</summary>
    private static AttributeList AddRange(
        AttributeList attributes,
        IEnumerable<VideoTrack> all,
        VideoTrack video
    ) =>
        all.All(track => track.HighRange is null)
            ? attributes
            : attributes.Enumerated("VIDEO-RANGE", video.HighRange ?? "SDR");

    /// <summary>The one to begin with, then from best to least.</summary>
    internal static IEnumerable<(T Track, BitRate Rate)> InOrder<T>(
        IEnumerable<(T Track, BitRate Rate)> variants
    )
    {
        var sorted = variants.OrderByDescending(variant => variant.Rate.Peak).ToList();
        var first = sorted.MinBy(variant => Math.Abs(Usual(variant.Rate) - FirstVariantRate));
        return sorted.OrderBy(variant => variant.Rate != first.Rate);
    }

    /// <summary>While the film is being made, nobody knows more than the cap.</summary>
    private static long Usual(BitRate rate) => rate.Average > 0 ? rate.Average : rate.Peak;

    private static AttributeList AddSubtitles(
        AttributeList attributes,
        Presentation presentation
    ) =>
        presentation.Subtitles.IsEmpty
            ? attributes
            : attributes.Quoted("SUBTITLES", SubtitleGroup.Id);

    /// <summary>"None" is said, or players look for some.</summary>
    internal static AttributeList AddCaptions(
        AttributeList attributes,
        Presentation presentation
    ) =>
        presentation.Captions is null
            ? attributes.Enumerated("CLOSED-CAPTIONS", "NONE")
            : attributes.Quoted("CLOSED-CAPTIONS", CaptionGroup);

    internal static void WriteIFrameVariants(
        PlaylistText text,
        Presentation presentation,
        ImmutableArray<VideoTrack> tracks
    )
    {
        var variants = tracks
            .Select(video =>
                (Video: video, Rate: BitRate.OfKeyFrames(video, presentation.TargetDuration))
            )
            .OrderByDescending(variant => variant.Rate.Peak);
        foreach (var (video, rate) in variants)
        {
            text.Tag(
                "EXT-X-I-FRAME-STREAM-INF",
                AddRange(
                        Rate(rate)
                            .Quoted("CODECS", video.Codec)
                            .Resolution(video.Width, video.Height),
                        tracks,
                        video
                    )
                    .Quoted("URI", Path(presentation, video, MediaPaths.IFramePlaylist))
            );
        }
    }

    /// <summary>The default track of each group is the variant; a group is only spelt out where there is something to choose.</summary>
    private static void WriteAudioOnly(
        PlaylistText text,
        Presentation presentation,
        IReadOnlyCollection<AudioGroup> groups
    )
    {
        var hasChoice = presentation.Audio.Length > 1;
        if (hasChoice)
        {
            WriteRenditions(text, presentation, groups);
        }
        else
        {
            WriteSubtitles(text, presentation);
        }
        foreach (var group in groups)
        {
            var attributes = Rate(group.Rate(presentation.TargetDuration))
                .Quoted("CODECS", string.Join(',', group.Codecs));
            if (hasChoice)
            {
                attributes.Quoted("AUDIO", group.Id);
            }
            text.Tag("EXT-X-STREAM-INF", AddSubtitles(attributes, presentation));
            text.Uri(Playlist(presentation, group.Default));
        }
    }

    internal static AttributeList Rate(BitRate rate)
    {
        var attributes = new AttributeList().Integer("BANDWIDTH", rate.Peak);
        return rate.Average > 0
            ? attributes.Integer("AVERAGE-BANDWIDTH", rate.Average)
            : attributes;
    }

    private static string Playlist(Presentation presentation, Track track) =>
        Path(presentation, track, MediaPaths.MediaPlaylist);

    internal static string Path(Presentation presentation, Track track, string file) =>
        $"{Uri.EscapeDataString(presentation.Revision)}/{Uri.EscapeDataString(track.Name)}/{file}";
}
