using Laddermill.Verification.Bitstreams;

namespace Laddermill.Verification.Boxes;

/// <summary>Reads what follows a sample entry's name in <c>stsd</c> (ISO/IEC 14496-12 §12.1.3, §12.2.3; 14496-15; AV1-ISOBMFF).</summary>
internal static class SampleEntryReader
{
    private const int VisualHeader = 78;
    private const int AudioHeader = 28;

    /// <summary>The boxes of a visual sample entry, behind its fixed fields.</summary>
    public static ReadOnlySpan<byte> VisualBoxes(ReadOnlySpan<byte> body) =>
        body[Math.Min(VisualHeader, body.Length)..];

    public static ReadOnlySpan<byte> AudioBoxes(ReadOnlySpan<byte> body) =>
        body[Math.Min(AudioHeader, body.Length)..];

    public static VideoEntry ReadVideo(string type, ReadOnlySpan<byte> body)
    {
        var reader = new ByteReader(body);
        reader.Skip(24);
        var (width, height) = (reader.U16(), reader.U16());
        var boxes = VisualBoxes(body);
        var none = new VideoEntry(width, height, 0, false, default, null);
        return type switch
        {
            "avc1" or "avc3" => WithAvc(none, BoxWalk.Find(boxes, "avcC"u8)),
            "hvc1" or "hev1" => WithHevc(none, BoxWalk.Find(boxes, "hvcC"u8)),
            "av01" => WithAv1(none, BoxWalk.Find(boxes, "av1C"u8)),
            _ => none,
        };
    }

    private static VideoEntry WithAvc(VideoEntry entry, ReadOnlySpan<byte> config)
    {
        var reader = new ByteReader(config);
        reader.Skip(1);
        var profile = reader.U8();
        reader.Skip(1);
        var level = reader.U8();
        var lengthBytes = (reader.U8() & 0x3) + 1;
        var sets = reader.U8() & 0x1F;
        var first = sets > 0 ? reader.Take(reader.U16()) : [];
        for (var index = 1; index < sets; index++)
        {
            reader.Skip(reader.U16());
        }
        var pictureSets = reader.U8();
        return entry with
        {
            NalLengthBytes = lengthBytes,
            HasParameterSets = !reader.IsShort && sets > 0 && pictureSets > 0,
            Declared = new(profile, level, IsHighTier: false),
            Picture = H264Parameters.Read(first),
        };
    }

    private static VideoEntry WithHevc(VideoEntry entry, ReadOnlySpan<byte> config)
    {
        var reader = new ByteReader(config);
        reader.Skip(1);
        var space = reader.U8();
        reader.Skip(10);
        var level = reader.U8();
        reader.Skip(8);
        var lengthBytes = (reader.U8() & 0x3) + 1;
        var arrays = reader.U8();
        var (found, complete) = (0, 0);
        PictureFacts? picture = null;
        for (var array = 0; array < arrays && !reader.IsShort; array++)
        {
            var kind = reader.U8();
            var type = kind & 0x3F;
            complete |= kind is >= 0xA0 and <= 0xA2 ? 1 << (kind - 0xA0) : 0;
            var count = reader.U16();
            for (var index = 0; index < count && !reader.IsShort; index++)
            {
                var nal = reader.Take(reader.U16());
                picture = type == 33 && picture is null ? HevcParameters.Read(nal) : picture;
                found |= type is >= 32 and <= 34 ? 1 << (type - 32) : 0;
            }
        }
        return entry with
        {
            NalLengthBytes = lengthBytes,
            HasParameterSets = !reader.IsShort && found == 0b111,
            Declared = new(space & 0x1F, level, (space & 0x20) != 0),
            Picture = picture,
            IsComplete = complete == 0b111,
        };
    }

    private static VideoEntry WithAv1(VideoEntry entry, ReadOnlySpan<byte> config)
    {
        if (config.Length < 4)
        {
            return entry;
        }
        var picture = Av1Sequence.Find(config[4..]);
        return entry with
        {
            HasParameterSets = picture is not null,
            Declared = new(config[1] >> 5, config[1] & 0x1F, (config[2] & 0x80) != 0),
            Picture = picture,
        };
    }

    public static AudioEntry ReadAudio(string type, ReadOnlySpan<byte> body)
    {
        var reader = new ByteReader(body);
        reader.Skip(16);
        var channels = reader.U16();
        reader.Skip(6);
        var rate = (int)(reader.U32() >> 16);
        var config =
            type == "mp4a"
                ? AudioConfig.ReadSpecific(SpecificConfig(BoxWalk.Find(AudioBoxes(body), "esds"u8)))
                : null;
        return new(channels, rate, config);
    }

    /// <summary>Follows the descriptors of <c>esds</c> (ISO/IEC 14496-1 §7.2.6): ES, decoder config, decoder specific info.</summary>
    private static ReadOnlySpan<byte> SpecificConfig(ReadOnlySpan<byte> esds)
    {
        var reader = new ByteReader(esds);
        reader.Skip(4);
        while (!reader.IsShort)
        {
            var tag = reader.U8();
            var length = 0;
            for (var (index, part) = (0, 0x80); index < 4 && (part & 0x80) != 0; index++)
            {
                part = reader.U8();
                length = (length << 7) | (part & 0x7F);
            }
            switch (tag)
            {
                case 3:
                    reader.Skip(3);
                    break;
                case 4:
                    reader.Skip(13);
                    break;
                case 5:
                    return reader.Take(length);
                default:
                    reader.Skip(Math.Max(length, 1));
                    break;
            }
        }
        return [];
    }
}
