using Laddermill.Packaging.Boxes;

namespace Laddermill.Packaging;

/// <summary>
/// Cuts one audio rendition into segments of one fragment each, near the boundaries of the video's grid. The encoder's priming packets are dropped
/// and the rest moved to time 0, so that decode time 0 is presentation time 0 without an edit list: in sync to the sample in players that read edit lists and in
/// those that do not.
/// </summary>
public sealed class AudioSegmenter : IDisposable
{
    private readonly string rendition;
    private readonly AudioGrid grid;
    private readonly uint trackId;
    private readonly long priming;
    private readonly PooledBytes data = new();
    private readonly List<uint> sizes = [];
    private long expected;
    private long packet;
    private int segment;

    /// <param name="rendition">Name for messages, such as <c>audio-eng-2ch</c>.</param>
    /// <param name="init">Tells the timescale, the track and the priming.</param>
    /// <param name="grid">Which packets make which segment.</param>
    /// <exception cref="OffGridException">The priming is no whole number of packets.</exception>
    public AudioSegmenter(string rendition, InitSegment init, AudioGrid grid)
    {
        (this.rendition, this.grid, trackId) = (rendition, grid, init.TrackId);
        if (init.Timescale != grid.Timescale)
        {
            throw new OffGridException(
                rendition,
                0,
                $"the encoder counts {init.Timescale} ticks a second, but the plan {grid.Timescale}."
            );
        }
        if (init.Priming % grid.PacketDuration != 0)
        {
            throw new OffGridException(
                rendition,
                0,
                $"the encoder's delay of {init.Priming} ticks is no whole number of packets of {grid.PacketDuration}."
            );
        }
        priming = init.Priming / grid.PacketDuration;
        packet = -priming;
    }

    /// <summary>
    /// Takes the packets of the encoder's next fragment, of whatever length, and gives the segments that they complete; packets after the end of the
    /// grid are dropped. The segments have the packets' bytes, so that the caller may dispose the fragment.
    /// </summary>
    /// <exception cref="OffGridException">Packets are missing, or are not of the grid's duration.</exception>
    public IReadOnlyList<MediaSegment> Add(Fragment fragment)
    {
        List<MediaSegment> finished = [];
        foreach (var sample in fragment)
        {
            if (IsOver)
            {
                break;
            }
            ThrowIfGap(sample);
            expected += grid.PacketDuration;
            if (packet++ < 0)
            {
                continue;
            }
            data.Append(fragment.DataOf(sample));
            sizes.Add((uint)sample.Size);
            if (packet == grid.Boundaries[segment + 1])
            {
                finished.Add(Finish());
            }
        }
        return finished;
    }

    /// <summary>To be called when the encoder has ended.</summary>
    /// <exception cref="OffGridException">Packets are missing at the end.</exception>
    public void Complete()
    {
        if (!IsOver)
        {
            throw OffGrid(
                $"the encoder stopped {grid.Boundaries[^1] - Math.Max(0, packet)} packets too early."
            );
        }
    }

    public void Dispose() => data.Dispose();

    private bool IsOver => segment == grid.Boundaries.Length - 1;

    private void ThrowIfGap(Sample sample)
    {
        if (sample.DecodeTime != expected)
        {
            throw OffGrid(
                $"the next packet is at tick {sample.DecodeTime} of the encoder's time, but {expected} was expected (1/{grid.Timescale} s)."
            );
        }
    }

    private OffGridException OffGrid(string problem) =>
        new(rendition, (double)Math.Max(0, packet) * grid.PacketDuration / grid.Timescale, problem);

    private MediaSegment Finish()
    {
        var start = grid.Boundaries[segment] * grid.PacketDuration;
        var bytes = new PooledBytes(data.Length + 4 * sizes.Count + 256);
        Brands.WriteSegmentType(bytes);
        AudioFragment.Write(
            bytes,
            trackId,
            (uint)segment + 1,
            start,
            (uint)grid.PacketDuration,
            sizes,
            data.Memory.Span
        );
        var facts = new PackagedSegment(
            segment,
            start,
            (long)sizes.Count * grid.PacketDuration,
            bytes.Length,
            []
        );
        data.Clear();
        sizes.Clear();
        segment++;
        return new MediaSegment(facts, bytes);
    }
}
