using System.Buffers.Binary;
using System.Text;

namespace Laddermill.Tests.Packaging;

/// <summary>Boxes made by hand, their payload zero.</summary>
internal static class Crafted
{
    public static byte[] Box(string type, int payload)
    {
        var box = new byte[8 + payload];
        BinaryPrimitives.WriteInt32BigEndian(box, box.Length);
        Encoding.ASCII.GetBytes(type, box.AsSpan(4));
        return box;
    }

    public static byte[] LongBox(string type, int payload) =>
        [.. LongHeader(type, 16 + payload), .. new byte[payload]];

    public static byte[] LongHeader(string type, long length)
    {
        var header = new byte[16];
        header[3] = 1;
        Encoding.ASCII.GetBytes(type, header.AsSpan(4));
        BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(8), length);
        return header;
    }
}
