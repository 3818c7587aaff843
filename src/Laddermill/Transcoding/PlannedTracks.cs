using System.Collections.Immutable;
using Laddermill.Ladders;
using Laddermill.Packaging;

namespace Laddermill.Transcoding;

/// <summary>What was planned, joined with what was made of it.</summary>
internal static class PlannedTracks
{
    public static VideoTrack Of(
        VideoRendition rendition,
        VideoPlan plan,
        InitFacts init,
        ImmutableArray<PackagedSegment> segments
    ) =>
        new(
            rendition.Name,
            init.Codec,
            init.Timescale,
            init.Bytes,
            segments,
            rendition.Width,
            rendition.Height,
            plan.FrameRate
        )
        {
            HighRange = rendition.Copied?.VideoRange,
        };

    public static AudioTrack Of(
        AudioRendition rendition,
        InitFacts init,
        ImmutableArray<PackagedSegment> segments
    ) =>
        new(
            rendition.Name,
            init.Codec,
            init.Timescale,
            init.Bytes,
            segments,
            rendition.SampleRate,
            rendition.Channels,
            rendition.Language,
            rendition.Label,
            rendition.IsDefault,
            rendition.Roles
        );

    public static CaptionTrack? CaptionsOf(Plan plan) =>
        plan.Video?.Captions is { } captions
            ? new CaptionTrack(captions.Channel, captions.Language, captions.Label)
            : null;
}
