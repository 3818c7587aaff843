namespace Laddermill.Packaging.Boxes;

/// <summary>What a sample entry says about its codec and pictures or sound.</summary>
/// <param name="Kind">The entry's four letters, such as <c>avc1</c>.</param>
/// <param name="Codec">RFC 6381 string.</param>
/// <param name="Profile">The codec's own number: profile_idc, seq_profile, or MPEG-4 audio object type.</param>
/// <param name="Level">The codec's own number: level_idc or seq_level_idx.</param>
internal sealed record SampleEntry(
    string Kind,
    string Codec,
    int Profile,
    int Level,
    int Width,
    int Height,
    int SampleRate,
    int Channels,
    Cicp? Colour,
    bool IsHighTier = false
)
{
    /// <summary>Payload of the video codec's configuration box (avcC, hvcC …); empty for sound.</summary>
    public ReadOnlyMemory<byte> Configuration { get; init; }
}

/// <summary>Colour as ITU-T H.273 numbers it; 2 means unspecified.</summary>
internal readonly record struct Cicp(int Primaries, int Transfer, int Matrix, bool IsFullRange);
