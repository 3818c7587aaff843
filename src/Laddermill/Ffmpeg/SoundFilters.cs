using Laddermill.Ladders;

namespace Laddermill.Ffmpeg;

/// <summary>
/// The filter chain of one audio rendition's decoder. ffmpeg builds it anew whenever the sound changes its channels or rate in mid-file, so nothing in it may
/// remember what came before: filling holes and counting samples is left to others.
/// </summary>
internal static class SoundFilters
{
    /// <summary>Leaves peaks below full scale room for what AAC adds; works 5 ms ahead, so that nothing is heard of it.</summary>
    private const double PeakOfMix = -1;

    /// <summary>Decoder's side.</summary>
    /// <param name="samples">What lies behind them is left out.</param>
    public static string ForDecoding(AudioRendition rendition, long samples) =>
        string.Join(
            ',',
            [
                // Time 0 is the picture's. Rounded: cut towards zero, sound before 0 and behind it would be a tick nearer to each other.
                Invariant($"asetpts=floor(PTS-({rendition.Origin:0.######})/TB+0.5)"),
                .. rendition.Mix == AudioMix.FirstTwo ? FirstTwo(rendition) : [],
                // To floats, as with integers ffmpeg would turn down a mix by 8 dB for fear of clipping.
                Invariant($"aresample={rendition.SampleRate}"),
                $"aformat=sample_fmts=flt:channel_layouts={rendition.Layout}",
                Invariant($"asettb=1/{rendition.SampleRate}"),
                Invariant($"atrim=start_pts=0:end_pts={samples}"),
            ]
        );

    /// <summary>Encoder's side; null where there is nothing to do.</summary>
    /// <param name="gain">dB that brings the sound to its target.</param>
    /// <param name="isLimited">Whether peaks would exceed their target then.</param>
    public static string? ForEncoding(AudioRendition rendition, double gain, bool isLimited)
    {
        if (rendition.Loudness is { } target)
        {
            return gain == 0 && !isLimited ? null
                : isLimited
                    ? Invariant($"volume={gain:0.00}dB,aresample={4 * rendition.SampleRate},")
                        + $"{Limiter(target.Peak)},{Invariant($"aresample={rendition.SampleRate}")}"
                : Invariant($"volume={gain:0.00}dB");
        }
        return rendition.Mix == AudioMix.Down ? Limiter(PeakOfMix) : null;
    }

    private static string[] FirstTwo(AudioRendition rendition) =>
        [rendition.Channels == 1 ? "pan=mono|c0=0.5*c0+0.5*c1" : "pan=stereo|c0=c0|c1=c1"];

    private static string Limiter(double peak) =>
        Invariant($"alimiter=limit={Math.Pow(10, peak / 20):0.######}:level=disabled:latency=1");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
