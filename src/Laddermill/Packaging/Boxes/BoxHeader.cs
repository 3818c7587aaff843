using System.Buffers.Binary;

namespace Laddermill.Packaging.Boxes;

/// <summary>The start of a box: its type and its length in bytes, header included (ISO/IEC 14496-12 §4.2).</summary>
internal readonly record struct BoxHeader(uint Type, int HeaderLength, long Length)
{
    public const int ShortLength = 8;
    public const int LongLength = 16;

    public long PayloadLength => Length - HeaderLength;

    /// <summary>How many bytes of header follow from the first eight: 16 when the length is a 64-bit one.</summary>
    public static int LengthOf(ReadOnlySpan<byte> start) =>
        BinaryPrimitives.ReadUInt32BigEndian(start) == 1 ? LongLength : ShortLength;

    /// <summary>Reads a header; a length of 0 ("to the end of the file") is refused, as a stream has no known end.</summary>
    public static BoxHeader Read(ReadOnlySpan<byte> data)
    {
        if (data.Length < ShortLength)
        {
            throw new MalformedMediaException(
                $"{data.Length} stray bytes stand where a box should start."
            );
        }
        var type = BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
        var headerLength = LengthOf(data);
        if (data.Length < headerLength)
        {
            throw new MalformedMediaException(
                $"The header of a {FourCc.Text(type)} box is cut off."
            );
        }
        var length =
            headerLength == LongLength
                ? BinaryPrimitives.ReadUInt64BigEndian(data[8..])
                : BinaryPrimitives.ReadUInt32BigEndian(data);
        return length >= (ulong)headerLength && length <= long.MaxValue
            ? new BoxHeader(type, headerLength, (long)length)
            : throw new MalformedMediaException(
                $"A {FourCc.Text(type)} box says it is {length} bytes long, which no box can be in a stream."
            );
    }
}
