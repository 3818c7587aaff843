using System.Collections.Immutable;

namespace Laddermill.Packaging.Transport;

/// <summary>What a rendition's avcC box says (ISO/IEC 14496-15 §5.3.3.1): everything that a transport stream has to repeat in front of each key frame.</summary>
/// <param name="LengthBytes">Bytes of the length in front of each NAL unit of a sample.</param>
/// <param name="ParameterSets">NAL units, sequence parameter sets first.</param>
/// <param name="ReorderFrames">By how many frames a picture may be decoded before it is shown beyond its turn; null when it is not said.</param>
internal sealed record AvcConfiguration(
    int LengthBytes,
    ImmutableArray<ReadOnlyMemory<byte>> ParameterSets,
    int? ReorderFrames
)
{
    /// <summary>Why pictures of an unknown encoder cannot be published with it, as a clause; null when they can.</summary>
    public string? Problem { get; private init; }

    /// <summary>Whether a NAL unit is one of its parameter sets.</summary>
    public bool Has(ReadOnlySpan<byte> unit)
    {
        foreach (var set in ParameterSets)
        {
            if (set.Span.SequenceEqual(unit))
            {
                return true;
            }
        }
        return false;
    }

    /// <exception cref="MalformedMediaException">The rendition is not H.264, or its configuration is cut off.</exception>
    public static AvcConfiguration Read(InitSegment init)
    {
        if (!init.Codec.StartsWith("avc1.", StringComparison.Ordinal))
        {
            throw new MalformedMediaException(
                $"Pictures of codec {init.Codec} cannot be put into a transport stream; only H.264 can."
            );
        }
        var box = init.Configuration;
        var position = 4;
        var lengthBytes = (Byte(box, ref position) & 3) + 1;
        var sets = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        Sets(box, ref position, 0x1f, sets);
        if (sets.Count == 0)
        {
            throw new MalformedMediaException("An avcC box holds no sequence parameter set.");
        }
        var sequence = SequenceParameters.Read(sets[0].Span);
        var sequences = sets.Count;
        Sets(box, ref position, 0xff, sets);
        return new AvcConfiguration(lengthBytes, sets.ToImmutable(), sequence.ReorderFrames)
        {
            Problem =
                !sequence.IsFrames ? "its pictures may be coded as fields"
                : sets.Count == sequences ? "its parameters are not in its head"
                : !sets[0].Span[1..4].SequenceEqual(box.Span[1..4])
                    ? "its head tells another profile or level than its pictures"
                : null,
        };
    }

    private static void Sets(
        ReadOnlyMemory<byte> box,
        ref int position,
        int mask,
        ImmutableArray<ReadOnlyMemory<byte>>.Builder sets
    )
    {
        for (var left = Byte(box, ref position) & mask; left > 0; left--)
        {
            var length = Byte(box, ref position) << 8 | Byte(box, ref position);
            if (length == 0 || length > box.Length - position)
            {
                throw CutOff();
            }
            sets.Add(box.Slice(position, length));
            position += length;
        }
    }

    private static int Byte(ReadOnlyMemory<byte> box, ref int position) =>
        position < box.Length ? box.Span[position++] : throw CutOff();

    private static MalformedMediaException CutOff() =>
        new("An avcC box ends in the middle of its fields.");
}
