namespace Laddermill.Packaging;

/// <summary>What becomes of one NAL unit of a stream that is copied; of a frame, what its first picture's unit is.</summary>
internal enum UnitUse
{
    /// <summary>It is not published.</summary>
    LeftOut,

    /// <summary>It goes with its frame.</summary>
    Kept,

    /// <summary>Part of a picture at which decoding cannot begin.</summary>
    Picture,

    /// <summary>Part of a picture that is shown before the picture at which decoding last could begin, and comes after it.</summary>
    Leading,

    /// <summary>Part of a picture at which decoding can begin, but pictures that are shown before it may follow.</summary>
    Entry,

    /// <summary>Part of a picture at which decoding can begin, and before which nothing that follows is shown.</summary>
    Reset,
}

/// <summary>The NAL units of one codec, of a stream that is copied with one init segment.</summary>
internal abstract class CopiedUnits
{
    /// <summary>Bytes of the length in front of each NAL unit of a sample.</summary>
    public abstract int LengthBytes { get; }

    /// <exception cref="NotCopyableException">The stream is none that its init segment alone would let one decode.</exception>
    public abstract UnitUse UseOf(ReadOnlySpan<byte> unit);

    /// <param name="keepsCaptions">Whether the captions in the pictures' notes (SEI) are published.</param>
    /// <exception cref="NotCopyableException">The init segment does not hold all that decoders need, or tells of pictures that are not published.</exception>
    /// <exception cref="MalformedMediaException">Its configuration cannot be read.</exception>
    public static CopiedUnits Of(InitSegment init, bool keepsCaptions) =>
        init.Codec.StartsWith("hvc1.", StringComparison.Ordinal)
            ? new HevcUnits(HevcConfiguration.Read(init), keepsCaptions)
            : new AvcUnits(Transport.AvcConfiguration.Read(init), keepsCaptions);

    protected static void Refuse(string? problem)
    {
        if (problem is not null)
        {
            throw new NotCopyableException(problem);
        }
    }
}
