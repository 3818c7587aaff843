using System.Buffers.Binary;
using System.Text;

namespace Laddermill.Verification.Boxes;

/// <summary>
/// Reads big-endian fields from hostile bytes: past the end every read gives 0 and <see cref="IsShort"/> is set, so that a reader
/// asks once at its end instead of before each field.
/// </summary>
internal ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> rest = bytes;

    public bool IsShort { get; private set; }

    public readonly ReadOnlySpan<byte> Rest => rest;

    public byte U8() => Take(1) is [var value] ? value : (byte)0;

    public ushort U16() =>
        Take(2) is { Length: 2 } field ? BinaryPrimitives.ReadUInt16BigEndian(field) : (ushort)0;

    public uint U32() =>
        Take(4) is { Length: 4 } field ? BinaryPrimitives.ReadUInt32BigEndian(field) : 0;

    public int I32() => (int)U32();

    public long I64() =>
        Take(8) is { Length: 8 } field ? BinaryPrimitives.ReadInt64BigEndian(field) : 0;

    /// <summary>A field that is 64 bits wide in version 1 of its box and 32 bits in version 0.</summary>
    public long Wide(int version) => version == 1 ? I64() : U32();

    /// <summary>Four characters, such as a brand; what is not ASCII becomes <c>?</c>.</summary>
    public string FourCharacters() => Encoding.ASCII.GetString(Take(4));

    public void Skip(int count) => Take(count);

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > rest.Length)
        {
            IsShort = true;
            rest = [];
            return [];
        }
        var taken = rest[..count];
        rest = rest[count..];
        return taken;
    }
}
