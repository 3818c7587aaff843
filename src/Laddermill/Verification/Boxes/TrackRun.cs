namespace Laddermill.Verification.Boxes;

/// <summary>
/// Adds up the samples of a track fragment, run by run, without keeping any of them: a running job looks at every fragment it makes.
/// </summary>
/// <param name="data">Where the data of the first run starts unless the run says otherwise: bytes from the start of the file.</param>
internal struct TrackRun(SampleDefaults defaults, long start, long data)
{
    private readonly long start = start;
    private long time = start;

    public long DataStart { get; private set; } = -1;

    public long DataEnd { get; private set; } = data;

    /// <summary>Whether each run's data starts where the one before it ended.</summary>
    public bool IsContiguous { get; private set; } = true;

    public int Samples { get; private set; }

    public readonly long Duration => time - start;

    public long PresentationStart { get; private set; } = long.MaxValue;

    public long PresentationEnd { get; private set; } = long.MinValue;

    public long ShortestSample { get; private set; } = long.MaxValue;

    public long LongestSample { get; private set; }

    public long FirstSampleBytes { get; private set; }

    public uint FirstSampleFlags { get; private set; }

    public bool HasSignedOffsets { get; private set; }

    /// <summary>Reads one <c>trun</c> (ISO/IEC 14496-12 §8.8.8); false when it is cut short.</summary>
    public bool Add(ReadOnlySpan<byte> body, long moofOffset)
    {
        var reader = new ByteReader(body);
        var head = reader.U32();
        var count = reader.U32();
        if ((head & 0x1) != 0)
        {
            var position = moofOffset + reader.I32();
            IsContiguous &= DataStart < 0 || position == DataEnd;
            DataEnd = position;
        }
        DataStart = DataStart < 0 ? DataEnd : DataStart;
        uint? firstFlags = (head & 0x4) != 0 ? reader.U32() : null;
        var isSigned = head >> 24 == 1;
        HasSignedOffsets |= isSigned;
        for (var index = 0u; index < count; index++)
        {
            var duration = (head & 0x100) != 0 ? reader.U32() : defaults.Duration;
            var size = (head & 0x200) != 0 ? reader.U32() : defaults.Size;
            var flags = (head & 0x400) != 0 ? reader.U32() : defaults.Flags;
            var raw = (head & 0x800) != 0 ? reader.U32() : 0;
            if (reader.IsShort)
            {
                return false;
            }
            long offset = isSigned ? unchecked((int)raw) : raw;
            Count(duration, size, index == 0 ? firstFlags ?? flags : flags, offset);
        }
        return !reader.IsShort;
    }

    private void Count(uint duration, uint size, uint flags, long offset)
    {
        if (Samples == 0)
        {
            (FirstSampleBytes, FirstSampleFlags) = (size, flags);
        }
        Samples++;
        DataEnd += size;
        PresentationStart = Math.Min(PresentationStart, time + offset);
        PresentationEnd = Math.Max(PresentationEnd, time + offset + duration);
        ShortestSample = Math.Min(ShortestSample, duration);
        LongestSample = Math.Max(LongestSample, duration);
        time += duration;
    }
}
