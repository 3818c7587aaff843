using System.Collections.Immutable;

namespace Laddermill.Ladders;

/// <summary>What is made once more as MPEG-TS: old players want the sound inside the video's segments.</summary>
internal static class TransportPlanner
{
    public static ImmutableArray<TransportRendition>? Make(
        Profile profile,
        VideoPlan? video,
        ImmutableArray<AudioRendition> audio,
        List<Decision> decisions
    )
    {
        if (!profile.Segments.TransportStream)
        {
            return null;
        }
        var inside = video is null ? null : audio.FirstOrDefault(track => track.IsDefault);
        var sound = inside is null ? "" : $", each with the sound of {inside.Name} inside";
        decisions.Add(
            new Decision(
                "transport stream",
                $"HLS is also made of MPEG-TS segments, for old players{sound}; nothing is encoded again"
            )
        );
        return
        [
            .. video
                // HEVC is for fragmented MP4 alone (HLS Authoring Specification 1.5).
                ?.Renditions.Where(rendition => rendition.Copied?.Codec is not CopiedCodec.Hevc)
                .Select(rendition => new TransportRendition(
                    NameOf(rendition.Name),
                    rendition.Name,
                    inside?.Name
                ))
                ?? [],
            .. audio
                // Who cannot play fragmented MP4 has no use for 5.1 either.
                .Where(track => track != inside && track.Channels <= 2)
                .Select(track => new TransportRendition(NameOf(track.Name), null, track.Name)),
        ];
    }

    private static string NameOf(string rendition) => $"ts-{rendition}";
}
