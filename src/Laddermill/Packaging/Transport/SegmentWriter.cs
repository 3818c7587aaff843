using System.Collections.Immutable;
using Laddermill.Packaging.Boxes;

namespace Laddermill.Packaging.Transport;

/// <summary>Writes one segment of a transport stream: tables, clock references, and pictures and sound as they are given.</summary>
/// <param name="units">How many pictures there will be (sounds, where there are no pictures): tables are spread over them.</param>
/// <param name="end">Ticks of 90 kHz: when the next segment begins to arrive.</param>
internal sealed class SegmentWriter(
    PooledBytes bytes,
    AvcConfiguration? video,
    AdtsForm? audio,
    int units,
    long end
)
{
    /// <summary>Tables in a segment: their packets are counted like all others, up to a multiple of 16.</summary>
    private const int Tables = 16;

    private readonly PacketWriter associations = new(bytes, ProgramTables.AssociationPid);
    private readonly PacketWriter maps = new(bytes, ProgramTables.MapPid);
    private readonly PacketWriter pictures = new(bytes, ProgramTables.VideoPid);
    private readonly PacketWriter sounds = new(bytes, ProgramTables.AudioPid);
    private readonly byte[] association = ProgramTables.Association();
    private readonly byte[] map = ProgramTables.Map(video is not null, audio is not null);
    private readonly ImmutableArray<KeyFrameSpan>.Builder keyFrames =
        ImmutableArray.CreateBuilder<KeyFrameSpan>();
    private long? reference;
    private int unit;

    public ImmutableArray<KeyFrameSpan> KeyFrames => keyFrames.ToImmutable();

    public void Write(Picture picture, bool isLast)
    {
        WriteReferences(picture.Sent);
        var start = bytes.Length;
        WriteTables(isDue: picture.IsFirst);
        using var packet = new PooledBytes(picture.Sample.Size + 256);
        PesHeader.WriteVideo(packet, picture.Shown, picture.Decoded);
        var data = picture.Fragment.DataOf(picture.Sample);
        AnnexB.Write(packet, data, picture.Sample.IsSync, video!);
        reference = picture.Sent;
        pictures.Write(packet.Memory.Span, reference, picture.Sample.IsSync, isLast);
        if (picture.IsFirst)
        {
            var (from, lasts) = (picture.Fragment.Start, picture.Fragment.Duration);
            keyFrames.Add(new KeyFrameSpan(start, bytes.Length - start, from, lasts));
        }
    }

    public void Write(Sound sound, bool isLast)
    {
        WriteReferences(sound.Sent);
        var isClock = video is null;
        if (isClock)
        {
            WriteTables(isDue: false);
            reference = sound.Sent;
        }
        using var packet = new PooledBytes(sound.Bytes + PesHeader.Longest);
        PesHeader.WriteAudio(packet, sound.Shown, sound.Bytes);
        foreach (var sample in sound.Samples)
        {
            AdtsHeader.Write(packet.Extend(AdtsHeader.Length), audio!.Value, sample.Size);
            packet.Append(sound.Fragment.DataOf(sample));
        }
        sounds.Write(packet.Memory.Span, isClock ? reference : null, isClock, isLast);
    }

    /// <summary>To be called last.</summary>
    public void Complete()
    {
        WriteReferences(end);
        while (!associations.IsAligned)
        {
            WriteTable();
        }
    }

    /// <summary>References between frames that are far apart, as at 10 frames/s.</summary>
    private void WriteReferences(long until)
    {
        while (
            reference + TransportClock.ReferencePeriod is { } next && next < Math.Min(until, end)
        )
        {
            (video is null ? sounds : pictures).WriteReference(next);
            reference = next;
        }
    }

    /// <summary>In front of each key frame, so that it can be shown by itself, and evenly between.</summary>
    private void WriteTables(bool isDue)
    {
        if (isDue || associations.Written <= (long)Tables * unit / units)
        {
            WriteTable();
        }
        unit++;
    }

    private void WriteTable()
    {
        associations.Write(association);
        maps.Write(map);
    }
}
