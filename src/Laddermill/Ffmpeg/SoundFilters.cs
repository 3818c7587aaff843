using Laddermill.Ladders;

namespace Laddermill.Ffmpeg;

/// <summary>
/// The filter chain of one audio rendition's decoder. ffmpeg builds it anew whenever the sound changes its channels or rate in mid-file, so nothing in it may
/// remember what came before: filling holes and counting samples is left to others.
/// </summary>
internal static class SoundFilters
{
    /// <param name="samples">What lies behind them is left out.</param>
    public static string For(AudioRendition rendition, long samples) =>
        string.Join(
            ',',
            // Time 0 is the picture's.
            FormattableString.Invariant($"asetpts=PTS-({rendition.Origin:0.######})/TB"),
            FormattableString.Invariant($"aresample={rendition.SampleRate}"),
            $"aformat=sample_fmts=flt:channel_layouts={rendition.Layout}",
            FormattableString.Invariant($"asettb=1/{rendition.SampleRate}"),
            FormattableString.Invariant($"atrim=start_pts=0:end_pts={samples}")
        );
}
