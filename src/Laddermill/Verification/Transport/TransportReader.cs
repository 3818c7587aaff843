namespace Laddermill.Verification.Transport;

/// <summary>Reads a segment of a transport stream; shares nothing with what wrote it.</summary>
internal sealed class TransportReader
{
    private readonly TransportProgram program;
    private readonly ElementaryStream video = new();
    private readonly ElementaryStream audio = new();
    private readonly PictureCollector pictures = new();
    private readonly SoundCollector sounds = new();
    private readonly Dictionary<int, CounterFacts> counters = [];
    private ClockFacts? clock;
    private string? problem;
    private long tables;

    private TransportReader(TransportProgram program) => this.program = program;

    public static TransportFacts Read(string path, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length % TransportPacket.Length != 0)
        {
            return Nothing(path, bytes.Length, $"{bytes.Length} bytes are no whole packets");
        }
        if (TransportProgram.Find(bytes) is not { } program)
        {
            return Nothing(path, bytes.Length, "no program association and program map");
        }
        return new TransportReader(program).ReadAll(path, bytes);
    }

    private static TransportFacts Nothing(string path, long length, string problem) =>
        new(path, length, problem, false, [], [], null, null, null);

    private TransportFacts ReadAll(string path, ReadOnlySpan<byte> bytes)
    {
        // The last two packets, to see whether they are the tables.
        var (before, last) = (-1, -1);
        var startsWithTables = false;
        for (var offset = 0; offset < bytes.Length; offset += TransportPacket.Length)
        {
            var packet = new TransportPacket(bytes.Slice(offset, TransportPacket.Length), offset);
            if (!packet.IsRight)
            {
                Note($"no packet at byte {offset}");
                continue;
            }
            Count(packet);
            Tick(packet);
            var isBehindTables = before == 0 && last == program.MapPid;
            startsWithTables |= isBehindTables && offset == 2 * TransportPacket.Length;
            if (packet.Pid == program.VideoPid)
            {
                Gather(packet, video, isBehindTables);
            }
            else if (packet.Pid == program.AudioPid)
            {
                Gather(packet, audio, isBehindTables);
            }
            (before, last) = (last, packet.Pid);
        }
        EndPicture();
        EndSound();
        return new(
            path,
            bytes.Length,
            problem,
            startsWithTables,
            program.StreamTypes,
            [.. counters.Values.OrderBy(each => each.Pid)],
            clock,
            pictures.Facts,
            sounds.Facts
        );
    }

    private void Count(TransportPacket packet)
    {
        if (counters.TryGetValue(packet.Pid, out var known))
        {
            // A packet without payload repeats the counter (§2.4.3.3).
            var next = known.Last + (packet.HasPayload ? 1 : 0) & 15;
            var isBreak = packet.Counter != next;
            counters[packet.Pid] = known with
            {
                Last = packet.Counter,
                Breaks = known.Breaks + (isBreak ? 1 : 0),
            };
        }
        else
        {
            var first = packet.HasPayload ? packet.Counter : packet.Counter + 1 & 15;
            counters[packet.Pid] = new(packet.Pid, first, packet.Counter, 0);
        }
    }

    private void Tick(TransportPacket packet)
    {
        if (packet.Pid != program.ClockPid || packet.Reference is not { } now)
        {
            return;
        }
        clock = clock is null
            ? new(now, now, long.MaxValue, 0)
            : new(
                clock.First,
                now,
                Math.Min(clock.Shortest, now - clock.Last),
                Math.Max(clock.Longest, now - clock.Last)
            );
    }

    private void Gather(TransportPacket packet, ElementaryStream stream, bool isBehindTables)
    {
        if (!packet.HasPayload)
        {
            return;
        }
        if (packet.IsStart)
        {
            if (stream == video)
            {
                EndPicture();
                tables = isBehindTables ? packet.Offset - 2 * TransportPacket.Length : -1;
            }
            else
            {
                EndSound();
            }
            stream.Begin(packet.Offset);
        }
        else if (!stream.IsOpen)
        {
            Note($"PID {packet.Pid} begins in the middle of a frame");
        }
        stream.Append(packet.Payload, packet.Offset + TransportPacket.Length);
    }

    private void EndPicture()
    {
        if (video.IsOpen && !pictures.Add(video, tables))
        {
            Note($"no whole PES packet with a time at byte {video.Start}");
        }
    }

    private void EndSound()
    {
        if (audio.IsOpen && !sounds.Add(audio))
        {
            Note($"no whole PES packet of AAC at byte {audio.Start}");
        }
    }

    private void Note(string what) => problem ??= what;
}
