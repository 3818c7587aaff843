using System.Collections.Immutable;
using System.Globalization;
using System.Net.Sockets;

namespace Laddermill.Processes;

/// <summary>
/// Streams that one tool reads beside its stdin, and nobody else: the far ends of connections, which it inherits under their own numbers.
/// </summary>
internal sealed class ToolInputs : IDisposable
{
    private readonly ImmutableArray<(Socket Ours, SafeSocketHandle Theirs)> connections;

    /// <exception cref="IOException">The kernel refused.</exception>
    public ToolInputs(int count) =>
        connections = [.. Enumerable.Range(0, count).Select(_ => FileHandover.Pair())];

    /// <summary>The numbers under which the tool finds them, in order.</summary>
    public IEnumerable<string> Numbers =>
        connections.Select(each =>
            ((int)each.Theirs.DangerousGetHandle()).ToString(CultureInfo.InvariantCulture)
        );

    /// <summary>What is written there, the tool reads; disposing is the end of it.</summary>
    public Stream Open(int index) => new NetworkStream(connections[index].Ours, ownsSocket: true);

    /// <summary>Starts the tool with its ends, which nobody else gets: one thread does all starts of tools.</summary>
    public T Lend<T>(Func<T> start)
    {
        try
        {
            foreach (var (_, theirs) in connections)
            {
                FileHandover.LetInherit(theirs);
            }
            return start();
        }
        finally
        {
            foreach (var (_, theirs) in connections)
            {
                theirs.Dispose();
            }
        }
    }

    public void Dispose()
    {
        foreach (var (ours, theirs) in connections)
        {
            ours.Dispose();
            theirs.Dispose();
        }
    }
}
