using System.Collections.Immutable;
using Laddermill.Ladders;
using Laddermill.Packaging;
using Laddermill.Verification;

namespace Laddermill.Transcoding;

/// <summary>All that was encoded: pieces in order, the thumbnail if there is one, and the gate that has seen every byte.</summary>
internal sealed record EncodedFilm(
    ImmutableArray<Piece> Ranges,
    Piece? Audio,
    ImmutableArray<Piece> Transport,
    byte[]? Thumbnail,
    MadeSubtitles Subtitles,
    PublishGate Gate
)
{
    /// <summary>Frames of the source that were decoded.</summary>
    public long Decoded => Ranges.Sum(piece => piece.Decoded);

    /// <summary>The pieces joined to whole renditions, as playlists need them.</summary>
    public Presentation ToPresentation(Plan plan, string revision)
    {
        var video =
            plan.Video?.Renditions.Select(
                (rendition, index) =>
                {
                    var parts = Ranges.Select(piece => piece.Renditions[index]).ToList();
                    var init = parts[0].Init;
                    return PlannedTracks.Of(
                        rendition,
                        plan.Video,
                        init,
                        [.. parts.SelectMany(part => part.Segments)]
                    );
                }
            )
            ?? [];
        var audio = plan.Audio.Select(
            (rendition, index) =>
            {
                var part = Audio!.Renditions[index];
                return PlannedTracks.Of(rendition, part.Init, part.Segments) with
                {
                    Loudness = part.Loudness,
                };
            }
        );
        ImmutableArray<VideoTrack> pictures = [.. video];
        ImmutableArray<AudioTrack> sound = [.. audio];
        return new Presentation(revision, plan.Grid.TargetDuration, pictures, sound)
        {
            Transport = plan.Transport is { } transport
                ? TransportOf(transport, pictures, sound)
                : null,
            Subtitles = Subtitles.Tracks,
            Captions = PlannedTracks.CaptionsOf(plan),
        };
    }

    /// <summary>The CMAF tracks with the transport streams' names and segments.</summary>
    private TransportPresentation TransportOf(
        ImmutableArray<TransportRendition> renditions,
        ImmutableArray<VideoTrack> pictures,
        ImmutableArray<AudioTrack> sound
    )
    {
        var (video, audio) = (new List<VideoTrack>(), new List<AudioTrack>());
        AudioTrack? inside = null;
        foreach (var (name, picture, track) in renditions)
        {
            ImmutableArray<PackagedSegment> segments =
            [
                .. Transport
                    .SelectMany(piece => piece.Renditions)
                    .Where(part => part.Name == name)
                    .SelectMany(part => part.Segments),
            ];
            if (picture is null)
            {
                audio.Add(
                    sound.First(each => each.Name == track) with
                    {
                        Name = name,
                        InitBytes = 0,
                        Segments = segments,
                        IsTransportStream = true,
                    }
                );
                continue;
            }
            inside = sound.FirstOrDefault(each => each.Name == track);
            video.Add(
                pictures.First(each => each.Name == picture) with
                {
                    Name = name,
                    InitBytes = 0,
                    Segments = segments,
                    IsTransportStream = true,
                }
            );
        }
        return new TransportPresentation([.. video], inside, [.. audio]);
    }
}
