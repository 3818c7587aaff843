using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Laddermill.Subtitles;

/// <summary>
/// Writes WebVTT: one file with all cues, and segments on the film's boundaries. A cue that lasts across a boundary stands in every segment that it
/// touches, whole, under the same name: a player that starts anywhere shows it, and one that plays on shows it once.
/// </summary>
public sealed class VttWriter
{
    /// <summary>
    /// Time 0 of the cues is time 0 of the media (RFC 8216bis §3.1.4): our tracks begin at decode time 0, where a packager of transport streams would say
    /// 900000.
    /// </summary>
    public const string TimestampMap = "X-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000";

    /// <summary>Texts that touch one segment; nobody reads more.</summary>
    public const int MostInSegment = 200;

    private readonly List<int>[] segments;

    /// <param name="cues">In order of time.</param>
    /// <param name="boundaries">Where segments begin and where the last one ends, from 0, in ticks.</param>
    /// <param name="timescale">Ticks per second.</param>
    public VttWriter(ImmutableArray<Cue> cues, ImmutableArray<long> boundaries, int timescale)
    {
        segments = [.. Enumerable.Range(0, boundaries.Length - 1).Select(_ => new List<int>())];
        var end = (long)((Int128)boundaries[^1] * 1000 / timescale);
        var kept = ImmutableArray.CreateBuilder<Cue>();
        foreach (var cue in cues)
        {
            if (cue.Start >= end)
            {
                Late++;
                continue;
            }
            var clipped = cue.End > end ? cue with { End = end } : cue;
            var touched = Touched(clipped, boundaries, timescale);
            if (touched.Any(index => segments[index].Count >= MostInSegment))
            {
                Crowded++;
                continue;
            }
            foreach (var index in touched)
            {
                segments[index].Add(kept.Count);
            }
            kept.Add(clipped);
        }
        Cues = kept.DrainToImmutable();
    }

    /// <summary>The cues that are written, cut off at the film's end.</summary>
    public ImmutableArray<Cue> Cues { get; }

    /// <summary>Texts that begin after the film has ended.</summary>
    public int Late { get; }

    /// <summary>Texts left out because too many others are shown with them.</summary>
    public int Crowded { get; }

    public string Whole() => Write("", Enumerable.Range(0, Cues.Length));

    public string Segment(int index) => Write(TimestampMap + "\n", segments[index]);

    private string Write(string header, IEnumerable<int> which)
    {
        var text = new StringBuilder("WEBVTT\n").Append(header);
        foreach (var index in which)
        {
            var cue = Cues[index];
            text.Append(
                CultureInfo.InvariantCulture,
                $"\n{index + 1}\n{CueTime.Write(cue.Start)} --> {CueTime.Write(cue.End)}"
            );
            text.Append(cue.Settings.Length > 0 ? " " : "").Append(cue.Settings).Append('\n');
            text.Append(cue.Text).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>Indexes of the segments during which it is shown for any time at all.</summary>
    private static IEnumerable<int> Touched(Cue cue, ImmutableArray<long> boundaries, int timescale)
    {
        // In 1/1000 tick, so that nothing is rounded.
        var (from, until) = ((Int128)cue.Start * timescale, (Int128)cue.End * timescale);
        var (first, last) = (0, boundaries.Length - 2);
        while (first < last)
        {
            var middle = (first + last + 1) / 2;
            (first, last) =
                (Int128)boundaries[middle] * 1000 <= from ? (middle, last) : (first, middle - 1);
        }
        for (
            var index = first;
            index < boundaries.Length - 1 && (Int128)boundaries[index] * 1000 < until;
            index++
        )
        {
            yield return index;
        }
    }
}
