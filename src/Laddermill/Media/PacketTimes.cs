using System.Collections.Immutable;
using System.Globalization;

namespace Laddermill.Media;

/// <summary>
/// Gathers the packets of one video stream, line by line as ffprobe writes them, in some thirty bytes each, and tells from them when
/// frames are shown. Pure: a 10-hour file of 60 frames per second is 2.2 million lines and 100 MB.
/// </summary>
/// <param name="hasClock">
/// Whether the container's clock may be reset in the middle of the file (transport and program streams); elsewhere a long distance
/// between two frames is just a long distance.
/// </param>
internal sealed class PacketTimes(VideoStream stream, bool hasClock)
{
    /// <summary>As ffmpeg's own <c>-dts_delta_threshold</c>, in seconds.</summary>
    private const double LongestDistance = 10;

    /// <summary>Beyond this, differences of two times could overflow; no clock runs for so long.</summary>
    private const long Farthest = long.MaxValue / 8;

    private readonly double tick = stream.TimeBase.ToDouble();
    private readonly List<(long Shown, long Decoded)> packets = [];
    private readonly List<int> keys = [];
    private readonly List<int> sizes = [];
    private readonly List<TimeJump> jumps = [];
    private long? lastKnown;
    private bool lacksTimes;
    private bool lacksShown;
    private bool hasHidden;
    private (long Time, long Duration) lastShown = (long.MinValue, 0);
    private (long Time, long Duration) lastDecoded = (long.MinValue, 0);

    public int Count => packets.Count;

    /// <param name="line"><c>pts,dts,duration,size,flags</c>, or without the size; what else ffprobe writes (blank lines, side data) is passed over.</param>
    public void Add(ReadOnlySpan<char> line)
    {
        Span<Range> fields = stackalloc Range[6];
        var count = line.Split(fields, ',');
        if (count < 4)
        {
            return;
        }
        // Nobody who asks for times alone has to ask for sizes.
        var hasSize = count > 4;
        var flags = line[fields[hasSize ? 4 : 3]];
        // Cut away by an edit list: decoded, never shown.
        if (flags.Contains('D'))
        {
            hasHidden = true;
            return;
        }
        var shown = Ticks(line[fields[0]]);
        var decoded = Ticks(line[fields[1]]);
        lacksShown |= shown is null;
        lacksTimes |= shown is null && decoded is null;
        LookForJump(decoded ?? (hasClock ? shown : null));
        Add(shown ?? decoded ?? 0, decoded ?? shown ?? 0, Ticks(line[fields[2]]) ?? 0);
        sizes.Add(hasSize ? (int)Math.Clamp(Ticks(line[fields[3]]) ?? 0, 0, int.MaxValue) : 0);
        if (flags.StartsWith('K'))
        {
            keys.Add(packets.Count - 1);
        }
    }

    /// <summary>Each packet by itself; its trouble says why a copy of them would not be what is shown.</summary>
    public CodedVideo ToCodedVideo()
    {
        if (lacksShown || lacksTimes || jumps.Count > 0)
        {
            return CodedVideo.Unknown("its frames carry no times of their own, or ones that jump");
        }
        if (hasHidden)
        {
            return CodedVideo.Unknown("its edit list leaves some frames out");
        }
        var frames = ImmutableArray.CreateBuilder<CodedFrame>(packets.Count);
        for (var index = 0; index < packets.Count; index++)
        {
            frames.Add(new CodedFrame(packets[index].Shown, sizes[index], false));
        }
        foreach (var key in keys)
        {
            frames[key] = frames[key] with { IsKey = true };
        }
        return new CodedVideo(stream.TimeBase, frames.MoveToImmutable());
    }

    /// <returns>Null when there is no frame.</returns>
    public FrameScan? ToScan()
    {
        if (packets.Count == 0)
        {
            return null;
        }
        var declared = DeclaredRates();
        var shown = lacksTimes ? CountedTimes(declared) : packets.ConvertAll(Time);
        var keyTimes = keys.ConvertAll(key => shown[key]);
        keyTimes.Sort();
        shown.Sort();
        var times = JoinFields(shown);
        var (rate, isSteady) =
            times[^1] > times[0]
                ? SteadyRate.Find(times, stream.TimeBase, declared)
                : (declared[0], true);
        return new FrameScan(
            stream.TimeBase,
            [.. times],
            [.. keyTimes],
            EndTime(shown[^1], times[^1], rate),
            rate,
            SteadyRate.Typical(times, stream.TimeBase, declared) ?? rate,
            isSteady && jumps.Count == 0,
            !lacksShown,
            [.. jumps]
        )
        {
            Coded = ToCodedVideo(),
        };
    }

    /// <summary>Times of decoding only ever grow. Matroska has none for frames that wait for others (HEVC): those tell nothing.</summary>
    private void LookForJump(long? decoded)
    {
        if (decoded is not { } now)
        {
            return;
        }
        if (lastKnown is { } before)
        {
            var distance = now - before;
            if (distance < 0 || (hasClock && distance * tick > LongestDistance))
            {
                jumps.Add(new TimeJump(before, now));
            }
        }
        lastKnown = now;
    }

    private void Add(long shown, long decoded, long duration)
    {
        packets.Add((shown, decoded));
        lastShown = shown >= lastShown.Time ? (shown, duration) : lastShown;
        lastDecoded = decoded >= lastDecoded.Time ? (decoded, duration) : lastDecoded;
    }

    /// <summary>The last packet says how long it lasts; where it does not, as long as others.</summary>
    private long EndTime(long lastPacket, long lastFrame, Rational rate)
    {
        var duration = lacksTimes ? 0 : (lacksShown ? lastDecoded : lastShown).Duration;
        return duration > 0
            ? lastPacket + duration
            : lastFrame + (long)Math.Ceiling(1 / (rate.ToDouble() * tick));
    }

    /// <summary>Where some packets lack the time of showing (AVI), all times of decoding are as evenly spaced.</summary>
    private long Time((long Shown, long Decoded) packet) =>
        lacksShown ? packet.Decoded : packet.Shown;

    /// <summary>A bare elementary stream has no times at all: frames follow each other at the rate in its headers.</summary>
    private List<long> CountedTimes(List<Rational> declared)
    {
        var frame = 1 / (declared[0].ToDouble() * tick);
        return [.. Enumerable.Range(0, packets.Count).Select(i => (long)Math.Round(i * frame))];
    }

    /// <summary>Interlaced H.264 may put each field into a packet of its own, two for each frame.</summary>
    private List<long> JoinFields(List<long> times)
    {
        if (stream.FieldOrder is null or "progressive" || stream.FrameRate is not { } rate)
        {
            return times;
        }
        var frame = 1 / (rate.ToDouble() * tick);
        var average = (double)(times[^1] - times[0]) / Math.Max(1, times.Count - 1);
        if (average > 0.75 * frame)
        {
            return times;
        }
        var frames = new List<long>(times.Count / 2 + 1);
        for (var i = 0; i < times.Count; i++)
        {
            frames.Add(times[i]);
            if (i + 1 < times.Count && times[i + 1] - times[i] < 0.75 * frame)
            {
                i++;
            }
        }
        return frames;
    }

    /// <summary>What the headers say, the most trusted first; never empty.</summary>
    private List<Rational> DeclaredRates()
    {
        // Containers without a rate get the clock of their time stamps instead: 1000/1, 90000/1.
        var plausible = new[] { stream.FrameRate, stream.BaseFrameRate }
            .OfType<Rational>()
            .Where(rate => rate.ToDouble() is > 0.1 and < 500)
            .Select(SteadyRate.Common)
            .Append(new Rational(25, 1));
        return [.. plausible];
    }

    private static long? Ticks(ReadOnlySpan<char> text) =>
        long.TryParse(text, CultureInfo.InvariantCulture, out var ticks)
        && ticks is > -Farthest and < Farthest
            ? ticks
            : null;
}
