using System.Collections.Immutable;
using System.Text;

namespace Laddermill.Processes;

/// <summary>
/// The last lines of a tool's stderr in bounded memory. A carriage return starts the line anew, as on a terminal, so that progress lines
/// do not push errors out. Control characters become '?': what a hostile file makes a tool print must not steer a terminal.
/// </summary>
internal sealed class ErrorTail(int capacity = ErrorTail.DefaultCapacity)
{
    public const int DefaultCapacity = 32 * 1024;
    private const int LongestLine = 2 * 1024;

    private readonly Queue<string> lines = new();
    private readonly List<byte> current = [];
    private readonly Lock gate = new();
    private int kept;
    private bool returned;

    public ImmutableArray<string> Lines
    {
        get
        {
            lock (gate)
            {
                return current.Count == 0 ? [.. lines] : [.. lines, Text()];
            }
        }
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            foreach (var value in bytes)
            {
                Append(value);
            }
        }
    }

    private void Append(byte value)
    {
        if (value == '\n')
        {
            EndLine();
        }
        else if (value == '\r')
        {
            returned = true;
        }
        else
        {
            if (returned)
            {
                current.Clear();
                returned = false;
            }
            if (current.Count < LongestLine)
            {
                current.Add(value);
            }
        }
    }

    private void EndLine()
    {
        returned = false;
        if (current.Count == 0)
        {
            return;
        }
        var line = Text();
        current.Clear();
        lines.Enqueue(line);
        kept += line.Length;
        while (kept > capacity)
        {
            kept -= lines.Dequeue().Length;
        }
    }

    private string Text()
    {
        var text = Encoding.UTF8.GetString([.. current]).ToCharArray();
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]) && text[i] != '\t')
            {
                text[i] = '?';
            }
        }
        return new string(text);
    }
}
