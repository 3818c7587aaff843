namespace Laddermill.Media.Movies;

/// <summary>When a track is shown (ISO/IEC 14496-12 §8.6.6), of those lists that only set its start: after a pause, from a time of its media on.</summary>
/// <param name="Shift">Ticks of the media's timescale from its own times to the movie's.</param>
/// <param name="From">Media time from which on it is shown.</param>
/// <param name="To">Media time at which it ends.</param>
/// <param name="Trouble">What else the list does, in words.</param>
internal readonly record struct EditList(long Shift, long From, long To, string? Trouble)
{
    /// <param name="list">The contents of the elst box; empty: there is none.</param>
    public static EditList Read(ReadOnlySpan<byte> list, long movieTicks, long mediaTicks)
    {
        var count = MovieBox.UInt32(list, 4);
        if (count == 0)
        {
            return new EditList(0, long.MinValue, long.MaxValue, null);
        }
        var isLong = list[0] == 1;
        var (pause, at) = (0L, 8);
        var (duration, time) = Entry(list, ref at, isLong);
        if (time == -1 && count == 2)
        {
            pause = (long)((Int128)duration * mediaTicks / movieTicks);
            (duration, time) = Entry(list, ref at, isLong);
        }
        else if (count != 1)
        {
            return new EditList(0, 0, 0, "its edit list does more than to set the start");
        }
        if (time < 0 || at > list.Length || pause < 0)
        {
            return new EditList(0, 0, 0, "its edit list cannot be read");
        }
        // An entry without a duration goes on to the end.
        var shown = (long)((Int128)duration * mediaTicks / movieTicks);
        return new EditList(
            pause - time,
            time,
            duration == 0 ? long.MaxValue : time + shown + 1,
            null
        );
    }

    public bool Shows(long time) => time >= From && time < To;

    private static (long Duration, long Time) Entry(
        ReadOnlySpan<byte> list,
        ref int at,
        bool isLong
    )
    {
        var entry = isLong
            ? (MovieBox.Int64(list, at), MovieBox.Int64(list, at + 8))
            : (MovieBox.UInt32(list, at), (int)MovieBox.UInt32(list, at + 4));
        at += isLong ? 20 : 12;
        // Longer than any film, and short of what would overflow.
        return (Math.Min(Math.Max(entry.Item1, 0), long.MaxValue >> 24), entry.Item2);
    }
}
