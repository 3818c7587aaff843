using Laddermill.Packaging;
using Laddermill.Storage;
using Laddermill.Verification;

namespace Laddermill.Transcoding;

/// <summary>
/// Where encoders' media goes: past the gate, which looks at every byte with its own eyes, to its final name in the destination. One init segment
/// for each rendition: the first one seen is stored, every other encoder of the rendition must bring the same.
/// </summary>
internal sealed class MediaSink(OutputFolder output, string revision)
{
    private readonly Dictionary<string, InitFacts> inits = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    public PublishGate Gate { get; } = new(output.Name);

    /// <summary>Hears of all that is stored, to show it early; null when it is shown at the end.</summary>
    public EarlyFilm? Early { get; set; }

    /// <exception cref="OffGridException">This encoder's init segment differs: its fragments could not be decoded with the others'.</exception>
    public async Task<InitFacts> StoreInitAsync(
        string rendition,
        InitSegment init,
        CancellationToken cancellation
    )
    {
        var facts = InitFacts.Of(init);
        if (IsFirst(rendition, facts, init.Bytes.Span))
        {
            var options = init.IsVideo ? OutputFolder.Media : OutputFolder.AudioMedia;
            await output.Store.PutAsync(
                output.Init(revision, rendition),
                init.Bytes,
                options,
                default,
                cancellation
            );
            Early?.Begin(rendition, facts);
        }
        return facts;
    }

    /// <summary>
    /// Stores a segment of pictures, unless an earlier run or another worker has stored it already: what lies under a name that caches keep and playlists point
    /// into stays, for an encoder of several threads does not make the same bytes again.
    /// </summary>
    /// <returns>What was measured of the segment that lies there now.</returns>
    public async Task<PackagedSegment> StorePicturesAsync(
        string rendition,
        InitSegment init,
        MediaSegment segment,
        CancellationToken cancellation
    )
    {
        var key = output.Segment(revision, rendition, segment.Facts.Index);
        if (await PutAsync(PutCondition.Absent))
        {
            return Accept(rendition, segment);
        }
        using var there = await StoredPictures.ReadAsync(
            output.Store,
            key,
            rendition,
            init,
            segment.Facts,
            cancellation
        );
        if (there is null)
        {
            await PutAsync(PutCondition.None);
        }
        return Accept(rendition, there ?? segment);

        async Task<bool> PutAsync(PutCondition condition) =>
            await output.Store.PutAsync(
                key,
                segment.Bytes,
                OutputFolder.Media,
                condition,
                cancellation
            )
                is not null;
    }

    /// <summary>Stores a segment of sound, which comes out the same each time.</summary>
    /// <inheritdoc cref="StorePicturesAsync"/>
    public async Task<PackagedSegment> StoreSoundAsync(
        string rendition,
        MediaSegment segment,
        CancellationToken cancellation
    )
    {
        await output.Store.PutAsync(
            output.Segment(revision, rendition, segment.Facts.Index),
            segment.Bytes,
            OutputFolder.AudioMedia,
            default,
            cancellation
        );
        return Accept(rendition, segment);
    }

    /// <summary>A file of text, which the gate looks at, too.</summary>
    public async Task StoreTextAsync(
        string rendition,
        string file,
        byte[] bytes,
        CancellationToken cancellation
    )
    {
        Gate.AddOther(Path(rendition, file), bytes);
        await output.Store.PutAsync(
            $"{output.Revision(revision)}{rendition}/{file}",
            bytes,
            OutputFolder.Text,
            default,
            cancellation
        );
    }

    /// <summary>
    /// Takes over what an earlier run or another worker has stored, after reading it: false when any of it is not there or not as it was noted
    /// down, so that it must be made again.
    /// </summary>
    public async Task<bool> AdoptAsync(PieceRendition rendition, CancellationToken cancellation)
    {
        var init = await output.Store.ReadSmallAsync(
            output.Init(revision, rendition.Name),
            cancellation
        );
        if (init is null || InitFacts.Sha256Of(init) != rendition.Init.Sha256)
        {
            return false;
        }
        IsFirst(rendition.Name, rendition.Init, init);
        foreach (var segment in rendition.Segments)
        {
            var bytes = await output.Store.ReadSmallAsync(
                output.Segment(revision, rendition.Name, segment.Index),
                cancellation
            );
            if (bytes is null || bytes.Length != segment.Bytes)
            {
                return false;
            }
            Gate.AddSegment(
                Path(rendition.Name, MediaPaths.Segment(segment.Index)),
                Path(rendition.Name, MediaPaths.Init),
                bytes
            );
        }
        Early?.Begin(rendition.Name, rendition.Init);
        foreach (var segment in rendition.Segments)
        {
            Early?.Add(rendition.Name, segment);
        }
        return true;
    }

    /// <summary>Reads what was stored: the init segment of a rendition.</summary>
    /// <exception cref="StoreException">It is gone: somebody else removed it while the job ran.</exception>
    public async Task<InitSegment> ReadInitAsync(string rendition, CancellationToken cancellation)
    {
        using var stream = await ReadAsync(output.Init(revision, rendition), cancellation);
        return await new FragmentReader(stream).ReadInitAsync(cancellation);
    }

    /// <summary>Reads what was stored: the fragments of one segment, in pooled memory that the caller disposes.</summary>
    /// <inheritdoc cref="ReadInitAsync"/>
    public async Task<List<Fragment>> ReadSegmentAsync(
        string rendition,
        InitSegment init,
        int index,
        CancellationToken cancellation
    )
    {
        var key = output.Segment(revision, rendition, index);
        using var stream = await ReadAsync(key, cancellation);
        var reader = FragmentReader.After(init, stream);
        var fragments = new List<Fragment>();
        while (await reader.ReadFragmentAsync(cancellation) is { } fragment)
        {
            fragments.Add(fragment);
        }
        return fragments;
    }

    public async Task StoreTransportAsync(
        string rendition,
        MediaSegment segment,
        CancellationToken cancellation
    )
    {
        Gate.AddTransport(
            Path(rendition, MediaPaths.TransportSegment(segment.Facts.Index)),
            segment.Bytes.Span
        );
        await output.Store.PutAsync(
            output.TransportSegment(revision, rendition, segment.Facts.Index),
            segment.Bytes,
            OutputFolder.TransportMedia,
            default,
            cancellation
        );
    }

    /// <summary>As <see cref="AdoptAsync"/>, for a transport stream that was made of a rendition that is known already.</summary>
    public async Task<bool> AdoptTransportAsync(
        PieceRendition rendition,
        CancellationToken cancellation
    )
    {
        foreach (var segment in rendition.Segments)
        {
            var bytes = await output.Store.ReadSmallAsync(
                output.TransportSegment(revision, rendition.Name, segment.Index),
                cancellation
            );
            if (bytes is null || bytes.Length != segment.Bytes)
            {
                return false;
            }
            Gate.AddTransport(
                Path(rendition.Name, MediaPaths.TransportSegment(segment.Index)),
                bytes
            );
        }
        return true;
    }

    /// <summary>The gate looks at what is stored, before anybody hears of it.</summary>
    private PackagedSegment Accept(string rendition, MediaSegment segment)
    {
        Gate.AddSegment(
            Path(rendition, MediaPaths.Segment(segment.Facts.Index)),
            Path(rendition, MediaPaths.Init),
            segment.Bytes.Span
        );
        Early?.Add(rendition, segment.Facts);
        return segment.Facts;
    }

    private async Task<Stream> ReadAsync(string key, CancellationToken cancellation) =>
        await output.Store.ReadAsync(key, 0, null, null, cancellation)
        ?? throw new StoreException(
            $"{output.Store.Name}/{key} was stored and is gone; do the job again."
        );

    private bool IsFirst(string rendition, InitFacts facts, ReadOnlySpan<byte> bytes)
    {
        // The gate must know an init segment before any segment of it, whichever encoder brings it.
        lock (gate)
        {
            if (inits.TryGetValue(rendition, out var known))
            {
                return known == facts
                    ? false
                    : throw new OffGridException(
                        rendition,
                        0,
                        "two ranges were encoded with different init segments; they cannot be joined."
                    );
            }
            inits.Add(rendition, facts);
            Gate.AddInit(Path(rendition, MediaPaths.Init), bytes);
            return true;
        }
    }

    private string Path(string rendition, string file) => $"{revision}/{rendition}/{file}";
}
