namespace Laddermill.Verification.Bitstreams;

/// <summary>What an audio decoder's configuration says.</summary>
/// <param name="ObjectType">MPEG-4 audio object type (2 AAC-LC, 5 HE-AAC, 29 HE-AAC v2); 0 for other codecs.</param>
/// <param name="SampleRate">Hz, of the core coder.</param>
public sealed record AudioConfig(int ObjectType, int SampleRate, int Channels)
{
    private static readonly int[] Rates =
    [
        96000,
        88200,
        64000,
        48000,
        44100,
        32000,
        24000,
        22050,
        16000,
        12000,
        11025,
        8000,
        7350,
    ];

    /// <summary>Reads an AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1); null when it is cut short.</summary>
    internal static AudioConfig? ReadSpecific(ReadOnlySpan<byte> bytes)
    {
        var reader = new BitReader(bytes);
        var type = (int)reader.Bits(5);
        type = type == 31 ? 32 + (int)reader.Bits(6) : type;
        var index = (int)reader.Bits(4);
        var rate =
            index == 15 ? (int)reader.Bits(24)
            : index < Rates.Length ? Rates[index]
            : 0;
        var channels = (int)reader.Bits(4);
        // Configuration 7 is 7.1; what is above it is not used by any of our encoders.
        return reader.IsShort ? null : new(type, rate, channels == 7 ? 8 : channels);
    }
}
