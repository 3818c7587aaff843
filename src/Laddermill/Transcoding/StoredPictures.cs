using Laddermill.Packaging;
using Laddermill.Storage;

namespace Laddermill.Transcoding;

/// <summary>Segments of pictures that an earlier run of a job, or another worker, has stored.</summary>
internal static class StoredPictures
{
    /// <summary>Reads and measures one.</summary>
    /// <param name="init">Of the rendition.</param>
    /// <param name="wanted">Its place in the film.</param>
    /// <returns>In pooled memory, the caller's; null when it is gone, or not a segment as we make it of just that part of the film.</returns>
    public static async Task<MediaSegment?> ReadAsync(
        IObjectStore store,
        string key,
        string rendition,
        InitSegment init,
        PackagedSegment wanted,
        CancellationToken cancellation
    )
    {
        if (await store.ReadSmallAsync(key, cancellation) is not { } bytes)
        {
            return null;
        }
        using var segmenter = new VideoSegmenter(
            rendition,
            init.Timescale,
            [wanted.Start, wanted.Start + wanted.Duration],
            wanted.Index
        );
        MediaSegment? segment = null;
        try
        {
            var reader = FragmentReader.After(init, new MemoryStream(bytes));
            while (await reader.ReadFragmentAsync(cancellation) is { } fragment)
            {
                using (fragment)
                {
                    segment = segmenter.Add(fragment) ?? segment;
                }
            }
        }
        catch (Exception e) when (e is MalformedMediaException or OffGridException)
        {
            segment?.Dispose();
            return null;
        }
        if (segment is not null && !segment.Bytes.Span.SequenceEqual(bytes))
        {
            segment.Dispose();
            return null;
        }
        return segment;
    }
}
