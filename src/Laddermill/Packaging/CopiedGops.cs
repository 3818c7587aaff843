using Laddermill.Packaging.Boxes;

namespace Laddermill.Packaging;

/// <summary>
/// Makes CMAF fragments of a stream that ffmpeg copied: one from each picture at which decoding can begin, and before which nothing that follows it is shown, to the next. Frames
/// stand on the film's grid to the tick, the first is shown when it is decoded, as our encoders do it. All that only the bitstream knows is looked at here.
/// </summary>
public sealed class CopiedGops : IDisposable
{
    /// <summary>As <see cref="FragmentReader"/> has it: what is larger is no GOP of a film.</summary>
    private const int MostBytes = FragmentReader.DefaultMaximumFragmentBytes;

    /// <summary>sample_depends_on 1 and is_non_sync_sample (ISO/IEC 14496-12 §8.8.3.1): a frame that needs others.</summary>
    private const uint Dependent = 0x01010000;

    /// <summary>sample_depends_on 2: a frame that needs none.</summary>
    private const uint Independent = 0x02000000;

    private readonly InitSegment init;
    private readonly CopiedUnits units;
    private readonly int frameTicks;
    private readonly long total;
    private readonly long from;
    private readonly PooledBytes data = new(1 << 20);
    private readonly List<(int Size, long Shown)> frames = [];
    private long made;
    private long? origin;

    /// <summary>Whether a GOP begins with the last frame, unless one comes next that is shown before it.</summary>
    private bool isUndecided;

    /// <param name="frameTicks">Ticks of one frame in the init segment's timescale.</param>
    /// <param name="total">Frames that are wanted; what comes behind them is passed over.</param>
    /// <param name="first">
    /// When the first of them is shown, in ticks of the init segment's timescale; what comes before it is passed over. Null: it is the first that comes.
    /// </param>
    /// <param name="keepsCaptions">Whether the captions in the pictures' notes (SEI) are published, too.</param>
    /// <exception cref="NotCopyableException">The init segment does not hold all that decoders need, or tells of pictures that are not published.</exception>
    public CopiedGops(InitSegment init, int frameTicks, long total, long? first, bool keepsCaptions)
    {
        (this.init, this.frameTicks) = (init, frameTicks);
        this.total = total;
        from = first is { } time ? time - frameTicks / 2 : long.MinValue;
        try
        {
            units = CopiedUnits.Of(init, keepsCaptions);
        }
        catch (MalformedMediaException trouble)
        {
            throw new NotCopyableException("its parameters cannot be read", trouble);
        }
    }

    /// <summary>Takes the next samples, wherever ffmpeg has cut them.</summary>
    /// <returns>GOPs that are complete; the caller disposes them. Their times count from the first frame that is wanted.</returns>
    /// <exception cref="NotCopyableException">The stream is not what it seemed.</exception>
    public IReadOnlyList<Fragment> Add(Fragment copied)
    {
        var complete = new List<Fragment>();
        var bytes = copied.Bytes.Span;
        foreach (var sample in copied)
        {
            var shown = sample.DecodeTime + sample.CompositionOffset;
            if ((origin is null && shown < from) || made + frames.Count == total)
            {
                continue;
            }
            var start = data.Length;
            var frame = CopiedFrame.Append(data, bytes.Slice(sample.Offset, sample.Size), units);
            origin ??=
                frame is UnitUse.Reset or UnitUse.Entry
                && (from == long.MinValue || shown < from + frameTicks)
                    ? shown
                    : throw NeedsOthers();
            var size = data.Length - start;
            Decide(frame, size, complete);
            if (frame == UnitUse.Reset && frames.Count > 0)
            {
                complete.Add(Make(data.Length - size, frames.Count));
            }
            isUndecided = frame == UnitUse.Entry;
            frames.Add((size, shown));
            if (data.Length > MostBytes)
            {
                throw new NotCopyableException("its GOPs are too large");
            }
            if (made + frames.Count == total)
            {
                complete.AddRange(Complete());
            }
        }
        return complete;
    }

    /// <summary>What there is of the last GOPs, when nothing more will come; empty when all is there.</summary>
    public IReadOnlyList<Fragment> Complete()
    {
        var complete = new List<Fragment>();
        Decide(UnitUse.Picture, 0, complete);
        if (frames.Count > 0)
        {
            complete.Add(Make(data.Length, frames.Count));
        }
        return complete;
    }

    /// <summary>Whether the last frame begins a GOP, now that it is known what comes next.</summary>
    /// <param name="next">What that is.</param>
    /// <param name="size">Its bytes, which are the last ones already.</param>
    private void Decide(UnitUse next, int size, List<Fragment> complete)
    {
        if (!isUndecided)
        {
            return;
        }
        isUndecided = false;
        if (next == UnitUse.Leading)
        {
            if (frames.Count == 1)
            {
                throw NeedsOthers();
            }
        }
        else if (frames.Count > 1)
        {
            complete.Add(Make(data.Length - size - frames[^1].Size, frames.Count - 1));
        }
    }

    private static NotCopyableException NeedsOthers() =>
        new("a frame at which it is cut needs others before it (open GOPs)");

    public void Dispose() => data.Dispose();

    /// <summary>A fragment of the first bytes; what lies behind them becomes the beginning of the next.</summary>
    private Fragment Make(int length, int count)
    {
        var offsets = Offsets(count);
        var fragment = new PooledBytes(length + 16 * count + 256);
        try
        {
            var moof = fragment.Begin(FourCc.Moof);
            var header = fragment.Begin(FourCc.Mfhd, 0, 0);
            fragment.UInt32(1);
            fragment.End(header);
            var track = fragment.Begin(FourCc.Traf);
            // Offsets count from the moof; duration and flags are the same for all but the first.
            header = fragment.Begin(FourCc.Tfhd, 0, 0x020028);
            fragment.UInt32(init.TrackId);
            fragment.UInt32((uint)frameTicks);
            fragment.UInt32(Dependent);
            fragment.End(header);
            header = fragment.Begin(FourCc.Tfdt, 1, 0);
            fragment.UInt64((ulong)(made * frameTicks));
            fragment.End(header);
            // Data offset, flags of the first, sizes, composition offsets with a sign.
            header = fragment.Begin(FourCc.Trun, 1, 0xa05);
            fragment.UInt32((uint)count);
            // moof, traf and trun end with these entries, and the mdat's header follows.
            var entries = fragment.Length + 8 + 8 * count;
            fragment.UInt32((uint)(entries - moof + BoxHeader.ShortLength));
            fragment.UInt32(Independent);
            for (var index = 0; index < count; index++)
            {
                fragment.UInt32((uint)frames[index].Size);
                fragment.UInt32((uint)offsets[index]);
            }
            fragment.End(header);
            fragment.End(track);
            fragment.End(moof);
            var media = fragment.Begin(FourCc.Mdat);
            fragment.Append(data.Memory.Span[..length]);
            fragment.End(media);
            made += count;
            frames.RemoveRange(0, count);
            data.Drop(length);
            var (rented, used) = fragment.Detach();
            return new Fragment(rented, used, init.Defaults, init.TrackId);
        }
        finally
        {
            fragment.Dispose();
        }
    }

    /// <summary>When each frame is shown, less when it is decoded, in ticks. All are shown side by side, the first one first.</summary>
    private int[] Offsets(int count)
    {
        var offsets = new int[count];
        var isTaken = new bool[count];
        for (var index = 0; index < offsets.Length; index++)
        {
            var number =
                (long)Math.Round((frames[index].Shown - origin!.Value) / (double)frameTicks) - made;
            if (
                number < 0
                || number >= offsets.Length
                || isTaken[number]
                || (index == 0 && number != 0)
            )
            {
                throw new NotCopyableException("its frames do not come at even times");
            }
            isTaken[number] = true;
            offsets[index] = (int)(number - index) * frameTicks;
        }
        return offsets;
    }
}
