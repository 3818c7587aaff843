using Laddermill.Ladders;

namespace Laddermill.Ffmpeg;

/// <summary>The filter chain of one audio rendition: in sync with the picture to the sample, and exactly as long.</summary>
internal static class SoundFilters
{
    /// <param name="samples">How many samples the encoder is given.</param>
    public static string For(AudioRendition rendition, long samples) =>
        string.Join(
            ',',
            // Time 0 is the picture's: sound before it is cut, a late start and gaps are filled with silence.
            FormattableString.Invariant($"asetpts=PTS-({rendition.Origin:0.######})/TB"),
            FormattableString.Invariant($"aresample={rendition.SampleRate}:async=1:first_pts=0"),
            $"aformat=channel_layouts={(rendition.Channels == 1 ? "mono" : "stereo")}",
            FormattableString.Invariant($"apad=whole_len={samples}"),
            FormattableString.Invariant($"atrim=end_sample={samples}")
        );
}
