using System.Buffers.Binary;
using System.Text;

namespace Laddermill.Verification.Boxes;

/// <summary>Walks the boxes that lie side by side in some bytes, in place (ISO/IEC 14496-12 §4.2).</summary>
/// <param name="bytes">A whole file, or the body of a box that holds boxes.</param>
internal ref struct BoxWalk(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> bytes = bytes;
    private int next;

    /// <summary>Where the current box starts, in bytes from the start of what is walked.</summary>
    public int Offset { get; private set; }

    /// <summary>Bytes of the current box, header included.</summary>
    public int Length { get; private set; }

    public int HeaderLength { get; private set; }

    /// <summary>Set when the walk ended at a box whose size is impossible.</summary>
    public bool IsBroken { get; private set; }

    public readonly ReadOnlySpan<byte> Body =>
        bytes.Slice(Offset + HeaderLength, Length - HeaderLength);

    public readonly string Type => Encoding.ASCII.GetString(bytes.Slice(Offset + 4, 4));

    public readonly bool Is(ReadOnlySpan<byte> type) =>
        bytes.Slice(Offset + 4, 4).SequenceEqual(type);

    public bool Next()
    {
        Offset = next;
        var left = bytes[next..];
        if (left.IsEmpty)
        {
            return false;
        }
        if (left.Length < 8 || !TryReadLength(left, out var header, out var length))
        {
            IsBroken = true;
            return false;
        }
        (HeaderLength, Length, next) = (header, length, next + length);
        return true;
    }

    private static bool TryReadLength(ReadOnlySpan<byte> box, out int header, out int length)
    {
        header = 8;
        long size = BinaryPrimitives.ReadUInt32BigEndian(box);
        if (size == 1 && box.Length >= 16)
        {
            header = 16;
            size = BinaryPrimitives.ReadInt64BigEndian(box[8..]);
        }
        else if (size == 0)
        {
            // "To the end of the file", which only the last box may say.
            size = box.Length;
        }
        length = size >= header && size <= box.Length ? (int)size : 0;
        return length > 0;
    }

    /// <summary>The body of the first box of a type, or nothing.</summary>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> type)
    {
        var walk = new BoxWalk(bytes);
        while (walk.Next())
        {
            if (walk.Is(type))
            {
                return walk.Body;
            }
        }
        return [];
    }

    /// <summary>The body of the first box of a type inside the first box of another type, or nothing.</summary>
    public static ReadOnlySpan<byte> Find(
        ReadOnlySpan<byte> bytes,
        ReadOnlySpan<byte> outer,
        ReadOnlySpan<byte> inner
    ) => Find(Find(bytes, outer), inner);
}
