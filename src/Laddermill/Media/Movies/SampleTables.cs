using System.Collections;

namespace Laddermill.Media.Movies;

/// <summary>The tables of one track, unrolled to one entry for each frame in order of decoding.</summary>
internal sealed class SampleTables
{
    private readonly BitArray? keys;

    private SampleTables(long[] times, int[] sizes, long[] places, BitArray? keys)
    {
        (Times, Sizes, Places) = (times, sizes, places);
        this.keys = keys;
    }

    /// <summary>Presentation times, before the edit list.</summary>
    public long[] Times { get; }

    public int[] Sizes { get; }

    /// <summary>Bytes from the start of the file.</summary>
    public long[] Places { get; }

    /// <summary>Without a list of them, all frames are.</summary>
    public bool IsKey(int frame) => keys is null || keys[frame];

    /// <returns>Null when the tables contradict each other.</returns>
    public static SampleTables? Read(ReadOnlySpan<byte> table, long most)
    {
        var sizes = ReadSizes(table, most);
        if (sizes is null)
        {
            return null;
        }
        var times = ReadTimes(
            MovieBox.Find(table, "stts"u8),
            MovieBox.Find(table, "ctts"u8),
            sizes.Length
        );
        var places = times is null ? null : ReadPlaces(table, sizes);
        return times is null || places is null
            ? null
            : new SampleTables(
                times,
                sizes,
                places,
                ReadKeys(MovieBox.Find(table, "stss"u8), sizes.Length)
            );
    }

    private static int[]? ReadSizes(ReadOnlySpan<byte> table, long most)
    {
        var box = MovieBox.Find(table, "stsz"u8);
        var (same, count) = (MovieBox.UInt32(box, 4), MovieBox.UInt32(box, 8));
        if (count > most || same > int.MaxValue || (same == 0 && count * 4L > box.Length - 12))
        {
            return null;
        }
        var sizes = new int[count];
        for (var i = 0; i < sizes.Length; i++)
        {
            var size = same == 0 ? MovieBox.UInt32(box, 12 + 4 * i) : same;
            if (size > int.MaxValue)
            {
                return null;
            }
            sizes[i] = (int)size;
        }
        return sizes;
    }

    private static long[]? ReadTimes(
        ReadOnlySpan<byte> durations,
        ReadOnlySpan<byte> offsets,
        int count
    )
    {
        var times = new long[count];
        var (frame, time) = (0, 0L);
        foreach (var (run, duration) in new Runs(durations))
        {
            for (var left = run; left > 0 && frame < count; left--)
            {
                times[frame++] = time;
                time += duration;
            }
        }
        if (frame < count)
        {
            return null;
        }
        frame = 0;
        foreach (var (run, offset) in new Runs(offsets))
        {
            for (var left = run; left > 0 && frame < count; left--)
            {
                // Of version 0 as of version 1: writers put signed numbers into both.
                times[frame++] += (int)offset;
            }
        }
        return times;
    }

    private static BitArray? ReadKeys(ReadOnlySpan<byte> box, int count)
    {
        if (box.IsEmpty)
        {
            return null;
        }
        var keys = new BitArray(count);
        var listed = Math.Min(MovieBox.UInt32(box, 4), (box.Length - 8) / 4);
        for (var i = 0; i < listed; i++)
        {
            var number = MovieBox.UInt32(box, 8 + 4 * i);
            if (number >= 1 && number <= count)
            {
                keys[(int)number - 1] = true;
            }
        }
        return keys;
    }

    private static long[]? ReadPlaces(ReadOnlySpan<byte> table, int[] sizes)
    {
        var chunks = MovieBox.Find(table, "stco"u8);
        var isLong = chunks.IsEmpty;
        chunks = isLong ? MovieBox.Find(table, "co64"u8) : chunks;
        var width = isLong ? 8 : 4;
        var chunkCount = Math.Min(MovieBox.UInt32(chunks, 4), (chunks.Length - 8) / width);
        var runs = MovieBox.Find(table, "stsc"u8);
        var runCount = Math.Min(MovieBox.UInt32(runs, 4), (runs.Length - 8) / 12);
        var places = new long[sizes.Length];
        var frame = 0;
        var run = 0;
        for (var chunk = 0; chunk < chunkCount && frame < places.Length; chunk++)
        {
            while (run + 1 < runCount && MovieBox.UInt32(runs, 8 + 12 * (run + 1)) <= chunk + 1)
            {
                run++;
            }
            var place = isLong
                ? MovieBox.Int64(chunks, 8 + 8 * chunk)
                : MovieBox.UInt32(chunks, 8 + 4 * chunk);
            var inside = runCount == 0 ? 0 : MovieBox.UInt32(runs, 12 + 12 * run);
            for (var left = inside; left > 0 && frame < places.Length; left--)
            {
                places[frame] = place;
                place += sizes[frame++];
            }
        }
        return frame == places.Length ? places : null;
    }

    /// <summary>A list of (count, value), as stts and ctts are.</summary>
    private readonly ref struct Runs(ReadOnlySpan<byte> box)
    {
        private readonly ReadOnlySpan<byte> box = box;

        public Enumerator GetEnumerator() => new(box);

        public ref struct Enumerator(ReadOnlySpan<byte> box)
        {
            private readonly ReadOnlySpan<byte> box = box;
            private readonly long count = Math.Min(MovieBox.UInt32(box, 4), (box.Length - 8) / 8);
            private int next;

            public (uint Run, uint Value) Current { get; private set; }

            public bool MoveNext()
            {
                if (next >= count)
                {
                    return false;
                }
                Current = (MovieBox.UInt32(box, 8 + 8 * next), MovieBox.UInt32(box, 12 + 8 * next));
                next++;
                return true;
            }
        }
    }
}
