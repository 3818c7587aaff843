using System.Collections.Immutable;

namespace Laddermill.Packaging;

/// <summary>What a rendition's hvcC box says (ISO/IEC 14496-15 §8.3.3.1).</summary>
/// <param name="LengthBytes">Bytes of the length in front of each NAL unit of a sample.</param>
/// <param name="ParameterSets">NAL units of video, sequence and picture parameters.</param>
internal sealed record HevcConfiguration(
    int LengthBytes,
    ImmutableArray<ReadOnlyMemory<byte>> ParameterSets
)
{
    /// <summary>From its beginning to the number of arrays.</summary>
    private const int FixedBytes = 23;

    private const int VideoParameters = 32;
    private const int SequenceParameters = 33;
    private const int PictureParameters = 34;

    /// <summary>Profile, tier, compatibility, constraints and level: the same twelve bytes in the box and in the sequence parameters.</summary>
    private const int ProfileBytes = 12;

    /// <summary>Why pictures of an unknown encoder cannot be published with it, as a clause; null when they can.</summary>
    public string? Problem { get; private init; }

    /// <summary>Whether a NAL unit is one of its parameter sets.</summary>
    public bool Has(ReadOnlySpan<byte> unit)
    {
        unit = unit.TrimEnd((byte)0);
        foreach (var set in ParameterSets)
        {
            if (set.Span.SequenceEqual(unit))
            {
                return true;
            }
        }
        return false;
    }

    /// <exception cref="MalformedMediaException">Its configuration is cut off.</exception>
    public static HevcConfiguration Read(InitSegment init)
    {
        var box = init.Configuration;
        var sets = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        var types = new List<int>();
        string? problem = null;
        foreach (var (type, unit) in Units(box))
        {
            if (!IsParameter(type))
            {
                continue;
            }
            types.Add(type);
            sets.Add(unit);
            problem ??= type == SequenceParameters ? ProblemOf(box.Span, unit.Span) : null;
        }
        return new HevcConfiguration((box.Span[21] & 3) + 1, sets.ToImmutable())
        {
            Problem =
                types.Distinct().Count() < 3 ? "its parameters are not in its head"
                : types.Count(type => type != PictureParameters) > 2
                    ? "its head holds several sets of parameters"
                : problem,
        };
    }

    private static string? ProblemOf(ReadOnlySpan<byte> box, ReadOnlySpan<byte> sequence)
    {
        // Behind the header of the unit and a byte of its own.
        var bytes = NalUnits.Unescaped(sequence).AsSpan();
        if (
            bytes.Length < 3 + ProfileBytes
            || !bytes.Slice(3, ProfileBytes).SequenceEqual(box.Slice(1, ProfileBytes))
        )
        {
            return "its head tells another profile or level than its pictures";
        }
        // general_progressive_source_flag and general_interlaced_source_flag.
        return (box[6] & 0xc0) == 0x40 ? "its pictures may be coded as fields" : null;
    }

    /// <summary>
    /// As we publish it. ffmpeg copies the box as the source has it, which may say that more parameter sets come with the pictures: in what we publish none do, and
    /// <c>hvc1</c> asks that the box says so (array_completeness, §8.4.1). Of the notes in it those are kept that players need; what the encoder says of itself is not one.
    /// </summary>
    /// <exception cref="MalformedMediaException">It is cut off.</exception>
    public static ReadOnlyMemory<byte> Canonical(ReadOnlyMemory<byte> box)
    {
        const byte Complete = 0x80;
        var known = new List<ReadOnlyMemory<byte>>();
        var arrays = Units(box)
            .Where(each => IsOfBaseLayer(each.Unit.Span) && IsNew(each.Unit))
            .Where(each =>
                IsParameter(each.Type)
                || (
                    each.Type is HevcNotes.Before or HevcNotes.Behind
                    && HevcNotes.AreNeeded(each.Unit.Span, keepsCaptions: false)
                )
            )
            .GroupBy(each => each.Type)
            .OrderBy(array => array.Key)
            .ToList();
        var bytes = new List<byte>(box.Length);
        bytes.AddRange(box.Span[..(FixedBytes - 1)]);
        bytes.Add((byte)arrays.Count);
        foreach (var array in arrays)
        {
            bytes.Add((byte)(array.Key | (IsParameter(array.Key) ? Complete : 0)));
            Add(array.Count());
            foreach (var (_, unit) in array)
            {
                Add(unit.Length);
                bytes.AddRange(unit.Span);
            }
        }
        return bytes.ToArray();

        void Add(int number) => bytes.AddRange((byte)(number >> 8), (byte)number);

        // Of a transport stream, ffmpeg lists what it meets more than once.
        bool IsNew(ReadOnlyMemory<byte> unit)
        {
            var isNew = !known.Exists(other => other.Span.SequenceEqual(unit.Span));
            known.Add(unit);
            return isNew;
        }
    }

    /// <summary>nuh_layer_id, six bits across both bytes of a unit's header, is 0: other layers are other views, or transparency.</summary>
    public static bool IsOfBaseLayer(ReadOnlySpan<byte> unit) =>
        unit.Length > 2 && (unit[0] & 1) == 0 && unit[1] >> 3 == 0;

    private static bool IsParameter(int type) =>
        type is >= VideoParameters and <= PictureParameters;

    private static IEnumerable<(int Type, ReadOnlyMemory<byte> Unit)> Units(
        ReadOnlyMemory<byte> box
    )
    {
        var position = FixedBytes - 1;
        for (var arrays = Number(box, ref position, 1); arrays > 0; arrays--)
        {
            var type = Number(box, ref position, 1) & 0x3f;
            for (var left = Number(box, ref position, 2); left > 0; left--)
            {
                var length = Number(box, ref position, 2);
                if (length == 0 || length > box.Length - position)
                {
                    throw CutOff();
                }
                // A unit never ends with zeros; those of a transport stream's next start code may hang on.
                yield return (type, box.Slice(position, length).TrimEnd((byte)0));
                position += length;
            }
        }
    }

    private static int Number(ReadOnlyMemory<byte> box, ref int position, int bytes)
    {
        var number = 0;
        for (; bytes > 0; bytes--)
        {
            number = number << 8 | (position < box.Length ? box.Span[position++] : throw CutOff());
        }
        return number;
    }

    private static MalformedMediaException CutOff() =>
        new("An hvcC box ends in the middle of its fields.");
}
