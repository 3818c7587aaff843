using Laddermill.Packaging.Boxes;

namespace Laddermill.Packaging;

/// <summary>
/// A finished segment, ready to be stored: its bytes, in pooled memory until it is disposed, and what was measured of them.
/// </summary>
public sealed class MediaSegment : IDisposable
{
    private readonly PooledBytes content;

    internal MediaSegment(PackagedSegment facts, PooledBytes content) =>
        (Facts, this.content) = (facts, content);

    public PackagedSegment Facts { get; }

    public ReadOnlyMemory<byte> Bytes => content.Memory;

    public void Dispose() => content.Dispose();
}
