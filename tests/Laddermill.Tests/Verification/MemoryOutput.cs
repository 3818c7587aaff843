using Laddermill.Verification;

namespace Laddermill.Tests.Verification;

/// <summary>A published output as a table of files.</summary>
internal sealed class MemoryOutput(IReadOnlyDictionary<string, byte[]> files) : IOutputReader
{
    public string Name => "memory";

    public Task<ReadOnlyMemory<byte>?> ReadAsync(string path, CancellationToken cancellation) =>
        Task.FromResult(
            // Without the type, null would be taken for an empty array.
            files.TryGetValue(path, out var bytes)
                ? bytes
                : default(ReadOnlyMemory<byte>?)
        );
}
