using Laddermill.Media;

namespace Laddermill.Ladders;

/// <summary>What becomes of captions that are hidden inside the picture's data.</summary>
internal static class CaptionPlanner
{
    /// <summary>
    /// A frame carries two letters of the text: with a frame that is dropped or shown twice, so are they. One of a thousand is no worse than what a weak
    /// signal does to them.
    /// </summary>
    private const double FewFrames = 0.001;

    /// <param name="sourceRate">Rate of the source's frames, after fields became frames.</param>
    /// <param name="rate">Steady rate of the renditions.</param>
    /// <returns>Null when the source has none, or when they cannot be kept whole.</returns>
    public static ClosedCaptions? Make(
        MediaInfo source,
        VideoStream stream,
        Rational sourceRate,
        Rational rate,
        List<Decision> decisions
    )
    {
        if (!stream.HasClosedCaptions)
        {
            return null;
        }
        if (Math.Abs(rate.ToDouble() / sourceRate.ToDouble() - 1) > FewFrames)
        {
            decisions.Add(
                new Decision(
                    "closed captions",
                    "left out: they are spread over the frames, and frames are dropped or repeated here"
                )
            );
            return null;
        }
        var speech =
            source.Audio.FirstOrDefault(track => track.IsDefault) ?? source.Audio.FirstOrDefault();
        var language = Languages.ToBcp47(speech?.Language);
        decisions.Add(
            new Decision(
                "closed captions",
                $"kept inside the pictures and declared as channel CC1, in the sound's language ({language ?? "unknown"})"
            )
        );
        return new ClosedCaptions(
            "CC1",
            language,
            $"{Languages.Name(language) ?? "Closed captions"}{(language is null ? "" : " (CC)")}"
        );
    }
}
