using System.Buffers.Binary;

namespace Laddermill.Packaging.Boxes;

/// <summary>Bytes that grow in memory rented from <see cref="MediaMemory"/>, with what it takes to write boxes.</summary>
internal sealed class PooledBytes(int capacity = 4096) : IDisposable
{
    private byte[] rented = MediaMemory.Pool.Rent(capacity);

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Memory => rented.AsMemory(0, Length);

    public void Append(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Extend(bytes.Length));

    public void UInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Extend(4), value);

    public void UInt64(ulong value) => BinaryPrimitives.WriteUInt64BigEndian(Extend(8), value);

    /// <summary>Starts a box; its length is filled in by <see cref="End"/>, which takes what this returns.</summary>
    public int Begin(uint type)
    {
        var start = Length;
        UInt32(0);
        UInt32(type);
        return start;
    }

    public int Begin(uint type, byte version, uint flags)
    {
        var start = Begin(type);
        UInt32(((uint)version << 24) | flags);
        return start;
    }

    public void End(int start) =>
        BinaryPrimitives.WriteUInt32BigEndian(rented.AsSpan(start), (uint)(Length - start));

    public void Clear() => Length = 0;

    /// <summary>Takes so many bytes off the front.</summary>
    public void Drop(int count)
    {
        rented.AsSpan(count, Length - count).CopyTo(rented);
        Length -= count;
    }

    /// <summary>Hands the rented memory over; this is then empty, and whoever has it gives it back.</summary>
    public (byte[] Rented, int Length) Detach()
    {
        var detached = (rented, Length);
        (rented, Length) = ([], 0);
        return detached;
    }

    public void Dispose()
    {
        if (rented.Length > 0)
        {
            MediaMemory.Pool.Return(rented);
        }
        rented = [];
        Length = 0;
    }

    /// <summary>Room for as many bytes at the end, to be filled by the caller before anything else is written; what it holds until then is undefined.</summary>
    public Span<byte> Extend(int count)
    {
        var needed = checked(Length + count);
        if (needed > rented.Length)
        {
            var larger = MediaMemory.Pool.Rent(Math.Max(needed, 2 * rented.Length));
            rented.AsSpan(0, Length).CopyTo(larger);
            MediaMemory.Pool.Return(rented);
            rented = larger;
        }
        var extension = rented.AsSpan(Length, count);
        Length = needed;
        return extension;
    }
}
