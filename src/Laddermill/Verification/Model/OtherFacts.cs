using System.Buffers.Binary;

namespace Laddermill.Verification.Model;

/// <summary>A file that is neither a media segment nor text: an image, anything.</summary>
/// <param name="Width">Pixels of a JPEG; 0 for anything else.</param>
public sealed record OtherFacts(string Path, long Bytes, int Width, int Height)
    : FileFacts(Path, Bytes)
{
    public static OtherFacts Read(string path, ReadOnlySpan<byte> bytes)
    {
        var (width, height) = JpegSize(bytes);
        return new(path, bytes.Length, width, height);
    }

    /// <summary>From the frame header (ITU-T T.81 §B.2.2).</summary>
    private static (int Width, int Height) JpegSize(ReadOnlySpan<byte> bytes)
    {
        if (bytes is not [0xFF, 0xD8, ..])
        {
            return default;
        }
        var rest = bytes[2..];
        while (rest.Length >= 9 && rest[0] == 0xFF)
        {
            var marker = rest[1];
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                var height = BinaryPrimitives.ReadUInt16BigEndian(rest[5..]);
                return (BinaryPrimitives.ReadUInt16BigEndian(rest[7..]), height);
            }
            var length = 2 + BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            if (length > rest.Length)
            {
                break;
            }
            rest = rest[length..];
        }
        return default;
    }
}
