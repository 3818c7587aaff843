using System.Globalization;
using Laddermill.Verification.Bitstreams;

namespace Laddermill.Verification.Boxes;

/// <summary>Derives RFC 6381 strings from what lies in the sample entry (ISO/IEC 14496-15 Annex E, AV1-ISOBMFF §5).</summary>
internal static class CodecString
{
    /// <summary>Null when the configuration does not hold what the string needs.</summary>
    public static string? Of(
        string type,
        ReadOnlySpan<byte> body,
        VideoEntry? video,
        AudioEntry? audio
    )
    {
        var boxes = SampleEntryReader.VisualBoxes(body);
        return type switch
        {
            "avc1" or "avc3" => OfAvc(type, BoxWalk.Find(boxes, "avcC"u8)),
            "hvc1" or "hev1" => OfHevc(type, BoxWalk.Find(boxes, "hvcC"u8)),
            "av01" => video?.Picture is { } picture ? OfAv1(picture) : null,
            "mp4a" => audio?.Config is { ObjectType: > 0 } config
                ? string.Create(CultureInfo.InvariantCulture, $"mp4a.40.{config.ObjectType}")
                : null,
            "Opus" => "opus",
            _ => type,
        };
    }

    /// <summary>From the sequence parameter set itself where there is one: the record's own bytes might differ.</summary>
    private static string? OfAvc(string type, ReadOnlySpan<byte> config)
    {
        if (config.Length < 12)
        {
            return null;
        }
        return $"{type}.{Convert.ToHexStringLower(config.Slice(9, 3))}";
    }

    private static string? OfHevc(string type, ReadOnlySpan<byte> config)
    {
        var reader = new ByteReader(config);
        reader.Skip(1);
        var head = reader.U8();
        var compatibility = reader.U32();
        var constraints = reader.Take(6).TrimEnd((byte)0);
        var level = reader.U8();
        if (reader.IsShort)
        {
            return null;
        }
        var space = (head >> 6) switch
        {
            0 => "",
            var letter => ((char)('A' + letter - 1)).ToString(),
        };
        uint reversed = 0;
        for (var bit = 0; bit < 32; bit++)
        {
            reversed |= ((compatibility >> bit) & 1) << (31 - bit);
        }
        var tier = (head & 0x20) != 0 ? 'H' : 'L';
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{type}.{space}{head & 0x1F}.{reversed:X}.{tier}{level}"
        );
        foreach (var part in constraints)
        {
            text += $".{part:X}";
        }
        return text;
    }

    /// <summary>Always the long form; <see cref="Same"/> lets the short one pass too.</summary>
    private static string OfAv1(PictureFacts picture)
    {
        var (profile, level, isHigh) = picture.ProfileLevel;
        var subsampling = picture.ChromaFormat switch
        {
            3 => "000",
            2 => "100",
            _ => "110",
        };
        var colour = picture.Colour;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"av01.{profile}.{level:00}{(isHigh ? 'H' : 'M')}.{picture.BitDepth:00}.{(picture.ChromaFormat == 0 ? 1 : 0)}.{subsampling}.{colour.Primaries:00}.{colour.Transfer:00}.{colour.Matrix:00}.{(colour.IsFullRange ? 1 : 0)}"
        );
    }

    /// <summary>Whether a declared string means the derived one: case does not count, and AV1 has a short form.</summary>
    public static bool Same(string declared, string derived) =>
        string.Equals(declared, derived, StringComparison.OrdinalIgnoreCase)
        || declared.StartsWith("av01.", StringComparison.OrdinalIgnoreCase)
            && SameAv1(declared.Split('.'), derived.Split('.'));

    private static bool SameAv1(string[] declared, string[] derived)
    {
        // The fields behind the bit depth are all there or none is; the chroma position (third digit) is a hint that may be unknown.
        if (declared.Length is not (4 or 10) || derived.Length != 10)
        {
            return false;
        }
        for (var field = 0; field < declared.Length; field++)
        {
            var (left, right) = (declared[field], derived[field]);
            if (field == 5 && left.Length == 3)
            {
                (left, right) = (left[..2], right[..2]);
            }
            if (!string.Equals(left, right, StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }
        }
        return true;
    }
}
