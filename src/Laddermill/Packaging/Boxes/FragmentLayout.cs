using System.Collections.Immutable;

namespace Laddermill.Packaging.Boxes;

/// <summary>
/// One <c>trun</c> box: where its entries and its samples' bytes lie, as offsets from the start of the moof.
/// </summary>
internal readonly record struct TrackRun(
    int EntriesOffset,
    int SampleCount,
    uint Fields,
    byte Version,
    uint? FirstSampleFlags,
    int DataOffset
)
{
    public const uint HasDataOffset = 0x001;
    public const uint HasFirstSampleFlags = 0x004;
    public const uint HasDuration = 0x100;
    public const uint HasSize = 0x200;
    public const uint HasFlags = 0x400;
    public const uint HasCompositionOffset = 0x800;

    public int EntryLength => 4 * System.Numerics.BitOperations.PopCount(Fields & 0xf00);
}

/// <summary>
/// A fragment's moof, understood and checked: one track, times inside 62 bits, and every sample inside the mdat. What holds here is relied on later.
/// </summary>
internal sealed record FragmentLayout(
    int MoofLength,
    int SequenceNumberOffset,
    uint SequenceNumber,
    int BaseDecodeTimeOffset,
    bool HasLongDecodeTime,
    long BaseDecodeTime,
    SampleDefaults Defaults,
    ImmutableArray<TrackRun> Runs
)
{
    // Far more than any GOP or second of audio has; a run whose entries have no fields could claim four thousand million samples for nothing.
    private const int MaximumSamples = 1_000_000;
    private const uint DefaultBaseIsMoof = 0x020000;

    public int SampleCount { get; private init; }
    public long Duration { get; private init; }
    public long FirstPresentationOffset { get; private init; }
    public Sample First { get; private init; }

    /// <summary>Reads a moof that is followed by its mdat and nothing else.</summary>
    public static FragmentLayout Parse(
        ReadOnlySpan<byte> fragment,
        SampleDefaults defaults,
        uint trackId
    )
    {
        var boxes = new BoxReader(fragment);
        if (
            !boxes.Read(out var moof)
            || moof.Type != FourCc.Moof
            || !boxes.Read(out var mdat)
            || mdat.Type != FourCc.Mdat
            || boxes.Read(out _)
        )
        {
            throw new MalformedMediaException(
                "A fragment is not one moof box followed by one mdat box."
            );
        }
        var layout = ParseMoof(moof, mdat.PayloadOffset, defaults, trackId);
        return layout.Measured(fragment, mdat.PayloadOffset);
    }

    private static FragmentLayout ParseMoof(
        Box moof,
        int dataStart,
        SampleDefaults defaults,
        uint trackId
    )
    {
        var header = BoxReader.Find(moof.Children, FourCc.Mfhd, FourCc.Moof);
        var fields = header.Fields;
        fields.VersionAndFlags();
        var sequenceNumberOffset = header.PayloadOffset + fields.Position;
        var sequenceNumber = fields.UInt32();

        var track = BoxReader.Find(moof.Children, FourCc.Traf, FourCc.Moof);
        RefuseSecondTrack(moof.Children);
        var head = BoxReader.Find(track.Children, FourCc.Tfhd, FourCc.Traf);
        defaults = ReadTrackHeader(head, defaults, trackId);

        var time = BoxReader.Find(track.Children, FourCc.Tfdt, FourCc.Traf);
        fields = time.Fields;
        var isLong = fields.VersionAndFlags().Version == 1;
        var timeOffset = time.PayloadOffset + fields.Position;
        var baseDecodeTime = isLong ? fields.UInt64() : fields.UInt32();
        if (baseDecodeTime > long.MaxValue / 2)
        {
            throw new MalformedMediaException(
                $"A tfdt box says {baseDecodeTime}, which is no time."
            );
        }
        return new FragmentLayout(
            moof.Whole.Length,
            sequenceNumberOffset,
            sequenceNumber,
            timeOffset,
            isLong,
            (long)baseDecodeTime,
            defaults,
            ReadRuns(track.Children, dataStart)
        );
    }

    private static void RefuseSecondTrack(BoxReader boxes)
    {
        var tracks = 0;
        while (boxes.Read(out var box))
        {
            tracks += box.Type == FourCc.Traf ? 1 : 0;
        }
        if (tracks > 1)
        {
            throw new MalformedMediaException("A fragment holds more than one track.");
        }
    }

    private static SampleDefaults ReadTrackHeader(Box box, SampleDefaults defaults, uint trackId)
    {
        var fields = box.Fields;
        var flags = fields.VersionAndFlags().Flags;
        var id = fields.UInt32();
        if (id != trackId)
        {
            throw new MalformedMediaException(
                $"A fragment is of track {id}, but the init segment describes track {trackId}."
            );
        }
        // CMAF 7.5.16: offsets are counted from the moof, so that a fragment can be moved.
        if ((flags & 1) != 0 || (flags & DefaultBaseIsMoof) == 0)
        {
            throw new MalformedMediaException(
                "A tfhd box counts offsets from elsewhere than its moof."
            );
        }
        if ((flags & 0x02) != 0)
        {
            fields.Skip(4);
        }
        var duration = (flags & 0x08) != 0 ? fields.UInt32() : defaults.Duration;
        var size = (flags & 0x10) != 0 ? fields.UInt32() : defaults.Size;
        return new SampleDefaults(
            duration,
            size,
            (flags & 0x20) != 0 ? fields.UInt32() : defaults.Flags
        );
    }

    private static ImmutableArray<TrackRun> ReadRuns(BoxReader boxes, int dataStart)
    {
        var runs = ImmutableArray.CreateBuilder<TrackRun>();
        while (boxes.Read(out var box))
        {
            if (box.Type != FourCc.Trun)
            {
                continue;
            }
            var fields = box.Fields;
            var (version, flags) = fields.VersionAndFlags();
            var count = fields.UInt32();
            if ((flags & TrackRun.HasDataOffset) == 0 && runs.Count > 0)
            {
                throw new MalformedMediaException(
                    "A second trun box does not say where its samples lie."
                );
            }
            var dataOffset = (flags & TrackRun.HasDataOffset) != 0 ? fields.Int32() : dataStart;
            uint? firstFlags = (flags & TrackRun.HasFirstSampleFlags) != 0 ? fields.UInt32() : null;
            var run = new TrackRun(
                box.PayloadOffset + fields.Position,
                (int)Math.Min(count, int.MaxValue),
                flags,
                version,
                firstFlags,
                dataOffset
            );
            if (count > MaximumSamples || (long)count * run.EntryLength > fields.Remaining)
            {
                throw new MalformedMediaException(
                    $"A trun box says it has {count} samples, more than it can hold."
                );
            }
            runs.Add(run);
        }
        return runs.DrainToImmutable();
    }

    private FragmentLayout Measured(ReadOnlySpan<byte> fragment, int dataStart)
    {
        var (count, duration, earliest) = (0, 0L, long.MaxValue);
        var first = default(Sample);
        var samples = new SampleEnumerator(fragment, this, 0);
        while (samples.MoveNext())
        {
            var sample = samples.Current;
            if (count++ == 0)
            {
                first = sample;
            }
            if (
                count > MaximumSamples
                || sample.Offset < dataStart
                || sample.Size < 0
                || sample.Offset > fragment.Length - sample.Size
            )
            {
                throw new MalformedMediaException(
                    $"Sample {count} of a fragment lies outside its mdat box."
                );
            }
            duration += sample.Duration;
            earliest = Math.Min(earliest, sample.DecodeTime + sample.CompositionOffset);
        }
        return count == 0
            ? throw new MalformedMediaException("A fragment has no samples.")
            : this with
            {
                SampleCount = count,
                Duration = duration,
                FirstPresentationOffset = earliest,
                First = first,
            };
    }
}
