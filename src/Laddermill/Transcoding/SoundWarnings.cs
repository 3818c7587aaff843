using Laddermill.Ladders;

namespace Laddermill.Transcoding;

/// <summary>What listeners may notice of a source's sound, in sentences for <c>job.json</c>.</summary>
internal static class SoundWarnings
{
    /// <summary>Silence below this part of the film is nothing to speak of: tracks seldom end with the picture to the second.</summary>
    private const double LeastMissing = 0.05;

    private const double LeastMissingSeconds = 1;

    public static IEnumerable<string> Of(Plan plan, EncodedFilm film)
    {
        foreach (var (rendition, piece) in plan.Audio.Zip(film.Audio?.Renditions ?? []))
        {
            var missing = plan.Duration - (piece.HeardSeconds ?? plan.Duration);
            if (missing > Math.Max(LeastMissingSeconds, plan.Duration * LeastMissing))
            {
                yield return FormattableString.Invariant(
                    $"{rendition.Name} has sound for {piece.HeardSeconds:0.#} s of {plan.Duration:0.#} s: the source has no more, or it cannot be decoded; the rest is silent."
                );
            }
        }
    }
}
