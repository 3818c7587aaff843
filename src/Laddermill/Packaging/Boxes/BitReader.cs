namespace Laddermill.Packaging.Boxes;

/// <summary>Reads fields of single bits, the highest first.</summary>
internal ref struct BitReader(ReadOnlySpan<byte> data)
{
    private readonly ReadOnlySpan<byte> data = data;
    private int position;

    /// <summary>The next bits as a number, at most 31 of them.</summary>
    public int Read(int count)
    {
        if (position + count > 8 * data.Length)
        {
            throw new MalformedMediaException(
                "A codec's configuration ends in the middle of its fields."
            );
        }
        var value = 0;
        for (; count > 0; count--, position++)
        {
            value = value << 1 | data[position >> 3] >> (7 - (position & 7)) & 1;
        }
        return value;
    }
}
