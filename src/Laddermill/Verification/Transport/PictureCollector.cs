using System.Collections.Immutable;
using Laddermill.Verification.Bitstreams;

namespace Laddermill.Verification.Transport;

/// <summary>Looks at the pictures of one segment, one PES packet after the other.</summary>
internal sealed class PictureCollector
{
    private const int Idr = 5;
    private const int SequenceSet = 7;
    private const int PictureSet = 8;
    private const int Delimiter = 9;

    private readonly ImmutableArray<TransportKey>.Builder keys =
        ImmutableArray.CreateBuilder<TransportKey>();
    private string? codec;
    private PictureFacts? picture;
    private int pictures;
    private int undelimited;
    private bool startsAlone;
    private bool isShownInTime = true;
    private long firstDecoded;
    private long lastDecoded;
    private long shortest = long.MaxValue;
    private long longest = long.MinValue;
    private long firstShown = long.MaxValue;
    private long lastShown = long.MinValue;

    /// <param name="tables">Where the tables in front of it start; -1 without.</param>
    /// <returns>Whether its header could be read and it has times.</returns>
    public bool Add(ElementaryStream stream, long tables)
    {
        var packet = PesPacket.Read(stream.Packet);
        if (packet is not { Shown: { } shown, Decoded: { } decoded })
        {
            return false;
        }
        if (pictures == 0)
        {
            firstDecoded = decoded;
        }
        else
        {
            shortest = Math.Min(shortest, decoded - lastDecoded);
            longest = Math.Max(longest, decoded - lastDecoded);
        }
        lastDecoded = decoded;
        firstShown = Math.Min(firstShown, shown);
        lastShown = Math.Max(lastShown, shown);
        isShownInTime &= shown >= decoded;
        var units = Units(packet.Data);
        undelimited += units is [Delimiter, ..] ? 0 : 1;
        if (units.Contains(Idr))
        {
            keys.Add(new(tables, stream.End));
        }
        if (pictures++ == 0)
        {
            var slice = units.FindIndex(type => type is >= 1 and <= Idr);
            var before = units[..Math.Max(0, slice)];
            startsAlone =
                slice > 0
                && units[slice] == Idr
                && before[0] == Delimiter
                && before.Contains(SequenceSet)
                && before.Contains(PictureSet);
        }
        return true;
    }

    public TransportVideo? Facts =>
        pictures == 0
            ? null
            : new(
                codec,
                picture,
                pictures,
                firstDecoded,
                lastDecoded,
                pictures > 1 ? shortest : 0,
                pictures > 1 ? longest : 0,
                firstShown,
                lastShown,
                isShownInTime,
                startsAlone,
                undelimited,
                keys.ToImmutable()
            );

    /// <summary>Types of the NAL units of a byte stream (ITU-T H.264 Annex B), in order.</summary>
    private List<int> Units(ReadOnlySpan<byte> data)
    {
        var types = new List<int>();
        ReadOnlySpan<byte> code = [0, 0, 1];
        var start = data.IndexOf(code);
        while (start >= 0 && start + 3 < data.Length)
        {
            var unit = data[(start + 3)..];
            var type = unit[0] & 0x1f;
            types.Add(type);
            if (type is >= 1 and <= Idr)
            {
                // Slices of one picture; what else there is stands in front of them.
                break;
            }
            var next = unit.IndexOf(code);
            if (type == SequenceSet && picture is null)
            {
                var set = (next < 0 ? unit : unit[..next]).TrimEnd((byte)0);
                picture = H264Parameters.Read(set);
                codec = set.Length > 3 ? $"avc1.{Convert.ToHexStringLower(set[1..4])}" : null;
            }
            data = unit;
            start = next;
        }
        return types;
    }
}
