using System.Collections.Immutable;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;

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

    /// <summary>The tool's ends, to be lent.</summary>
    public IEnumerable<SafeHandle> Lent => connections.Select(each => each.Theirs);

    public void Dispose()
    {
        foreach (var (ours, theirs) in connections)
        {
            ours.Dispose();
            theirs.Dispose();
        }
    }
}
