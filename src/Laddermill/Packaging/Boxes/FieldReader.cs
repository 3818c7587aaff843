using System.Buffers.Binary;

namespace Laddermill.Packaging.Boxes;

/// <summary>Reads the big-endian fields of one box in their order, and never beyond its end.</summary>
internal ref struct FieldReader(ReadOnlySpan<byte> data, uint box)
{
    private readonly ReadOnlySpan<byte> data = data;

    public int Position { get; private set; }

    public readonly int Remaining => data.Length - Position;

    public readonly ReadOnlySpan<byte> Rest => data[Position..];

    public byte Byte() => Take(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public uint UInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public int Int32() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64BigEndian(Take(8));

    public void Skip(int count) => Take(count);

    /// <summary>The version and the flags that start a "full box".</summary>
    public (byte Version, uint Flags) VersionAndFlags()
    {
        var value = UInt32();
        return ((byte)(value >> 24), value & 0xffffff);
    }

    public ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)Remaining)
        {
            throw new MalformedMediaException(
                $"A {FourCc.Text(box)} box ends in the middle of its fields."
            );
        }
        var taken = data.Slice(Position, count);
        Position += count;
        return taken;
    }
}
