using System.Collections.Immutable;
using Laddermill.Packaging;

namespace Laddermill.Transcoding;

/// <summary>
/// Stores the segments that one encoder makes of one rendition, each while the next is being read: a slow store must not hold up an encoder that
/// waits for us to read on. One is on its way at most, so memory holds two.
/// </summary>
/// <param name="store">Stores a segment, and tells what lies there then.</param>
internal sealed class SegmentUploads(
    Func<MediaSegment, CancellationToken, Task<PackagedSegment>> store
) : IAsyncDisposable
{
    private readonly ImmutableArray<PackagedSegment>.Builder stored =
        ImmutableArray.CreateBuilder<PackagedSegment>();

    private Task last = Task.CompletedTask;

    /// <summary>Takes the segment over, however this ends. Throws what became of the one before.</summary>
    public async Task AddAsync(MediaSegment segment, CancellationToken cancellation)
    {
        var before = last;
        last = StoreAsync(segment, before, cancellation);
        await before;
    }

    /// <summary>Waits for the last one.</summary>
    /// <returns>All that are stored.</returns>
    public async Task<ImmutableArray<PackagedSegment>> CompleteAsync()
    {
        await last;
        return stored.ToImmutable();
    }

    /// <summary>Nothing is on its way any more. What went wrong was told, or something else went wrong before.</summary>
    public async ValueTask DisposeAsync() =>
        await last.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task StoreAsync(MediaSegment segment, Task before, CancellationToken cancellation)
    {
        using (segment)
        {
            await before;
            stored.Add(await store(segment, cancellation));
        }
    }
}
