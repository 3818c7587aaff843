namespace Laddermill.Packaging.Boxes;

/// <summary>One box inside a buffer.</summary>
/// <param name="offset">Where the box starts in the outermost buffer.</param>
internal readonly ref struct Box(uint type, ReadOnlySpan<byte> whole, int headerLength, int offset)
{
    public uint Type { get; } = type;

    /// <summary>Header and payload.</summary>
    public ReadOnlySpan<byte> Whole { get; } = whole;

    public int Offset { get; } = offset;

    public int PayloadOffset => Offset + headerLength;

    public ReadOnlySpan<byte> Payload => Whole[headerLength..];

    /// <summary>The boxes inside, for a plain container.</summary>
    public BoxReader Children => new(Payload, PayloadOffset);

    public FieldReader Fields => new(Payload, Type);
}

/// <summary>
/// Walks the boxes that lie side by side in a buffer. Nesting is never followed by itself: who reads asks for the children of the boxes it knows, so
/// that hostile depth costs nothing.
/// </summary>
internal ref struct BoxReader(ReadOnlySpan<byte> data, int origin = 0)
{
    private readonly ReadOnlySpan<byte> data = data;
    private int position;

    /// <summary>The next box, or false at the end.</summary>
    /// <exception cref="MalformedMediaException">The box is longer than what is around it.</exception>
    public bool Read(out Box box)
    {
        if (position == data.Length)
        {
            box = default;
            return false;
        }
        var header = BoxHeader.Read(data[position..]);
        if (header.Length > data.Length - position)
        {
            throw new MalformedMediaException(
                $"A {FourCc.Text(header.Type)} box says it is {header.Length} bytes long, but only {data.Length - position} are left around it."
            );
        }
        var length = (int)header.Length;
        box = new Box(
            header.Type,
            data.Slice(position, length),
            header.HeaderLength,
            origin + position
        );
        position += length;
        return true;
    }

    /// <summary>The first box of a type.</summary>
    /// <exception cref="MalformedMediaException">There is none.</exception>
    public static Box Find(BoxReader boxes, uint type, uint parent)
    {
        while (boxes.Read(out var box))
        {
            if (box.Type == type)
            {
                return box;
            }
        }
        throw new MalformedMediaException(
            $"A {FourCc.Text(parent)} box has no {FourCc.Text(type)} box inside."
        );
    }
}
