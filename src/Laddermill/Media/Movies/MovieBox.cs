using System.Buffers.Binary;

namespace Laddermill.Media.Movies;

/// <summary>The boxes that lie side by side in a part of a movie's head (ISO/IEC 14496-12 §4.2). Hostile lengths end the walk.</summary>
internal static class MovieBox
{
    public const int Header = 8;

    /// <summary>The contents of the first box of a type; empty when there is none.</summary>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> boxes, ReadOnlySpan<byte> type)
    {
        while (TryTake(ref boxes, out var found, out var contents))
        {
            if (found.SequenceEqual(type))
            {
                return contents;
            }
        }
        return default;
    }

    /// <summary>The contents of a box inside boxes; empty when it is not there.</summary>
    public static ReadOnlySpan<byte> Find(
        ReadOnlySpan<byte> boxes,
        ReadOnlySpan<byte> outer,
        ReadOnlySpan<byte> inner
    ) => Find(Find(boxes, outer), inner);

    /// <summary>Takes the next box off the front.</summary>
    public static bool TryTake(
        scoped ref ReadOnlySpan<byte> boxes,
        out ReadOnlySpan<byte> type,
        out ReadOnlySpan<byte> contents
    )
    {
        type = default;
        contents = default;
        if (boxes.Length < Header)
        {
            return false;
        }
        var length = BinaryPrimitives.ReadUInt32BigEndian(boxes);
        if (length < Header || length > boxes.Length)
        {
            return false;
        }
        type = boxes.Slice(4, 4);
        contents = boxes[Header..(int)length];
        boxes = boxes[(int)length..];
        return true;
    }

    /// <summary>A 32-bit number; 0 beyond the end.</summary>
    public static uint UInt32(ReadOnlySpan<byte> bytes, int offset) =>
        offset >= 0 && offset <= bytes.Length - 4
            ? BinaryPrimitives.ReadUInt32BigEndian(bytes[offset..])
            : 0;

    /// <summary>A 64-bit number; 0 beyond the end.</summary>
    public static long Int64(ReadOnlySpan<byte> bytes, int offset) =>
        offset >= 0 && offset <= bytes.Length - 8
            ? BinaryPrimitives.ReadInt64BigEndian(bytes[offset..])
            : 0;
}
