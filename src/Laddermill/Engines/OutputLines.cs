using System.Runtime.CompilerServices;
using System.Text;

namespace Laddermill.Engines;

/// <summary>
/// The last lines of a worker's output in bounded memory, for any number of readers, who wait for the next one. Of a line that is too long the rest is
/// left out.
/// </summary>
internal sealed class OutputLines
{
    /// <summary>Bytes of one line; a worker's result is a line of some hundred.</summary>
    private const int Longest = 32 * 1024;

    /// <summary>Characters of all lines.</summary>
    private const int Capacity = 128 * 1024;

    private readonly Queue<string> lines = new();
    private readonly List<byte> current = [];
    private readonly Lock gate = new();
    private TaskCompletionSource changed = Next();
    private long forgotten;
    private int kept;
    private bool isOver;

    /// <summary>Also what there is of the line that is being written.</summary>
    public IReadOnlyList<string> Last
    {
        get
        {
            lock (gate)
            {
                return current.Count == 0 ? [.. lines] : [.. lines, Text()];
            }
        }
    }

    /// <summary>Reads all that comes. Never faults on what is read.</summary>
    public async Task ReadAsync(Stream stream)
    {
        var buffer = new byte[8 * 1024];
        int got;
        while ((got = await stream.ReadAsync(buffer).ConfigureAwait(false)) > 0)
        {
            Append(buffer.AsSpan(0, got));
        }
        End();
    }

    /// <summary>From the earliest that is kept to the last that comes.</summary>
    public async IAsyncEnumerable<string> FollowAsync(
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var next = 0L;
        while (true)
        {
            var (from, found, wait) = Since(next);
            foreach (var line in found)
            {
                yield return line;
            }
            next = from + found.Length;
            if (wait is null)
            {
                yield break;
            }
            await wait.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            while (bytes.IndexOf((byte)'\n') is >= 0 and var end)
            {
                Add(bytes[..end]);
                EndLine();
                bytes = bytes[(end + 1)..];
            }
            Add(bytes);
        }
    }

    /// <summary>There will be no more.</summary>
    public void End()
    {
        lock (gate)
        {
            if (current.Count > 0)
            {
                EndLine();
            }
            isOver = true;
            Tell();
        }
    }

    /// <returns>The number of the first line that is found, the lines, and what is done when there are more; null: there will be none.</returns>
    private (long From, string[] Found, Task? Wait) Since(long next)
    {
        lock (gate)
        {
            var from = Math.Max(next, forgotten);
            return (from, [.. lines.Skip((int)(from - forgotten))], isOver ? null : changed.Task);
        }
    }

    private void Add(ReadOnlySpan<byte> bytes) =>
        current.AddRange(bytes[..Math.Min(bytes.Length, Longest - current.Count)]);

    private void EndLine()
    {
        var line = Text();
        current.Clear();
        lines.Enqueue(line);
        kept += line.Length;
        while (kept > Capacity)
        {
            kept -= lines.Dequeue().Length;
            forgotten++;
        }
        Tell();
    }

    private void Tell()
    {
        changed.SetResult();
        changed = Next();
    }

    private string Text() => Encoding.UTF8.GetString([.. current]);

    private static TaskCompletionSource Next() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}
