using System.Buffers.Binary;
using Laddermill.Packaging.Boxes;

namespace Laddermill.Packaging;

/// <summary>Walks the samples of a fragment in decode order, straight from the bytes of its trun boxes.</summary>
public ref struct SampleEnumerator
{
    // ISO/IEC 14496-12 §8.8.3.1: sample_is_non_sync_sample.
    private const uint NonSync = 0x10000;

    private readonly ReadOnlySpan<byte> fragment;
    private readonly FragmentLayout layout;
    private int run;
    private int index;
    private long time;
    private int offset;

    internal SampleEnumerator(ReadOnlySpan<byte> fragment, FragmentLayout layout, long start)
    {
        this.fragment = fragment;
        this.layout = layout;
        time = start;
    }

    public Sample Current { get; private set; }

    public bool MoveNext()
    {
        while (run < layout.Runs.Length && index == layout.Runs[run].SampleCount)
        {
            (run, index) = (run + 1, 0);
        }
        if (run == layout.Runs.Length)
        {
            return false;
        }
        var current = layout.Runs[run];
        if (index == 0)
        {
            offset = current.DataOffset;
        }
        var entry = fragment.Slice(
            current.EntriesOffset + index * current.EntryLength,
            current.EntryLength
        );
        var duration = Field(ref entry, current, TrackRun.HasDuration) ?? layout.Defaults.Duration;
        // A size over 2 GiB becomes negative, which is refused when the fragment is measured.
        var size = (int)(Field(ref entry, current, TrackRun.HasSize) ?? layout.Defaults.Size);
        var flags = Field(ref entry, current, TrackRun.HasFlags) ?? layout.Defaults.Flags;
        if (index == 0 && current.FirstSampleFlags is { } firstFlags)
        {
            flags = firstFlags;
        }
        var composition = Field(ref entry, current, TrackRun.HasCompositionOffset) ?? 0;
        Current = new Sample(
            time,
            duration,
            current.Version == 0 ? composition : (int)composition,
            (flags & NonSync) == 0,
            offset,
            size
        );
        time += duration;
        offset = unchecked(offset + size);
        index++;
        return true;
    }

    private static uint? Field(ref ReadOnlySpan<byte> entry, TrackRun run, uint field)
    {
        if ((run.Fields & field) == 0)
        {
            return null;
        }
        var value = BinaryPrimitives.ReadUInt32BigEndian(entry);
        entry = entry[4..];
        return value;
    }
}
