using System.Globalization;

namespace Laddermill.Packaging.Boxes;

/// <param name="ObjectType">MPEG-4 audio object type; 0 for other codecs.</param>
/// <param name="SampleRate">Hz; 0 when the configuration does not say.</param>
/// <param name="Channels">0 when the configuration does not say.</param>
internal readonly record struct AudioCodec(
    string Codec,
    int ObjectType,
    int SampleRate,
    int Channels
);

/// <summary>RFC 6381 strings, rates and channels of audio, from the codec configuration box of the sample entry.</summary>
internal static class AudioCodecs
{
    private static ReadOnlySpan<int> MpegRates =>
        [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350];

    // ETSI TS 102 366 Table 4.3: full-range channels of each audio coding mode.
    private static ReadOnlySpan<byte> Ac3Channels => [2, 1, 2, 3, 3, 4, 4, 5];

    private static ReadOnlySpan<int> Ac3Rates => [48000, 44100, 32000, 0];

    /// <summary><c>mp4a.40.A</c> from the ES descriptor (ISO/IEC 14496-1 §7.2.6, 14496-3 §1.6.2.1).</summary>
    public static AudioCodec Mpeg4(FieldReader esds)
    {
        esds.VersionAndFlags();
        Descriptor(ref esds, 3);
        esds.Skip(2);
        var flags = esds.Byte();
        esds.Skip((flags & 0x80) != 0 ? 2 : 0);
        esds.Skip((flags & 0x40) != 0 ? esds.Byte() : 0);
        esds.Skip((flags & 0x20) != 0 ? 2 : 0);
        Descriptor(ref esds, 4);
        var objectTypeIndication = esds.Byte();
        esds.Skip(12);
        if (objectTypeIndication != 0x40)
        {
            return new AudioCodec($"mp4a.{objectTypeIndication:X2}", 0, 0, 0);
        }
        Descriptor(ref esds, 5);
        return AudioSpecificConfig(new BitReader(esds.Rest));
    }

    private static AudioCodec AudioSpecificConfig(BitReader bits)
    {
        var objectType = bits.Read(5);
        if (objectType == 31)
        {
            objectType = 32 + bits.Read(6);
        }
        var index = bits.Read(4);
        var rate =
            index == 15 ? bits.Read(24)
            : index < MpegRates.Length ? MpegRates[index]
            : 0;
        var channels = bits.Read(4);
        return new AudioCodec(
            string.Create(CultureInfo.InvariantCulture, $"mp4a.40.{objectType}"),
            objectType,
            rate,
            channels == 7 ? 8
                : channels > 7 ? 0
                : channels
        );
    }

    public static AudioCodec Ac3(FieldReader dac3)
    {
        var bits = new BitReader(dac3.Rest);
        var rate = Ac3Rates[bits.Read(2)];
        bits.Read(8);
        return new AudioCodec("ac-3", 0, rate, Ac3Channels[bits.Read(3)] + bits.Read(1));
    }

    /// <summary>The first independent substream, without what dependent ones add (ETSI TS 102 366 Annex F.6).</summary>
    public static AudioCodec EAc3(FieldReader dec3)
    {
        var bits = new BitReader(dec3.Rest);
        bits.Read(16);
        var rate = Ac3Rates[bits.Read(2)];
        bits.Read(10);
        var channels = Ac3Channels[bits.Read(3)] + bits.Read(1);
        return new AudioCodec("ec-3", 0, rate, channels);
    }

    public static AudioCodec Opus(FieldReader dOps)
    {
        dOps.Skip(1);
        return new AudioCodec("opus", 0, 48000, dOps.Byte());
    }

    /// <summary>Steps into a descriptor: its tag, then its length in groups of seven bits.</summary>
    private static void Descriptor(ref FieldReader fields, byte tag)
    {
        if (fields.Byte() != tag)
        {
            throw new MalformedMediaException(
                $"An esds box has no descriptor {tag} where it should."
            );
        }
        for (var i = 0; i < 4 && (fields.Byte() & 0x80) != 0; i++) { }
    }
}
