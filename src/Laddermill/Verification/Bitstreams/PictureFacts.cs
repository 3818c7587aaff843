using Laddermill.Media;

namespace Laddermill.Verification.Bitstreams;

/// <summary>What the sequence parameters in the bitstream say of the pictures.</summary>
/// <param name="Width">Pixels after cropping.</param>
/// <param name="IsInterlaced">Whether pictures may be fields.</param>
/// <param name="SampleAspectRatio">Pixel shape; 1 where it is not said.</param>
/// <param name="ChromaFormat">0 monochrome, 1 4:2:0, 2 4:2:2, 3 4:4:4.</param>
public sealed record PictureFacts(
    ProfileLevel ProfileLevel,
    int Width,
    int Height,
    bool IsInterlaced,
    Rational SampleAspectRatio,
    int BitDepth,
    int ChromaFormat,
    ColourCodes Colour
)
{
    /// <summary>Width as shown: pixels squared.</summary>
    public int DisplayWidth => (int)SampleAspectRatio.RoundTimes(Width);

    /// <summary>HLS VIDEO-RANGE (RFC 8216bis §4.4.6.2): by the transfer function.</summary>
    public string VideoRange =>
        Colour.Transfer switch
        {
            16 => "PQ",
            18 => "HLG",
            _ => "SDR",
        };
}

/// <param name="Profile">profile_idc or seq_profile.</param>
/// <param name="Level">level_idc or seq_level_idx: H.264 4.0 is 40, HEVC 4.0 is 120, AV1 4.0 is 8.</param>
/// <param name="IsHighTier">HEVC and AV1.</param>
public readonly record struct ProfileLevel(int Profile, int Level, bool IsHighTier);

/// <summary>Code points of ISO/IEC 23091-2; 2 is "unspecified".</summary>
/// <param name="IsDescribed">Whether the bitstream says primaries, transfer and matrix.</param>
public readonly record struct ColourCodes(
    bool IsDescribed,
    int Primaries,
    int Transfer,
    int Matrix,
    bool IsFullRange
)
{
    public static ColourCodes Unknown => new(false, 2, 2, 2, false);
}
