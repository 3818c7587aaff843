using System.Collections.Immutable;
using Laddermill.Ladders;
using Laddermill.Packaging;
using Laddermill.Packaging.Transport;

namespace Laddermill.Transcoding;

/// <summary>
/// Makes the transport streams' segments of those that are stored already. Each is read back when both its pictures and its sound are there, and one of a rendition
/// at a time is in memory: so the sound's pass need not keep step with the pictures', and it does not matter whether this run made them or an earlier one.
/// </summary>
internal sealed class TransportPackager(Plan plan, MediaSink sink)
{
    /// <summary>A store answers slowly but several at once; muxing itself takes next to no time.</summary>
    private const int AtOnce = 3;

    private ImmutableArray<TransportRendition> Renditions => plan.Transport ?? [];

    public bool HasSoundAlone => Renditions.Any(rendition => rendition.Video is null);

    /// <summary>All renditions with pictures, for one range of them.</summary>
    /// <param name="pictures">The range, stored.</param>
    public async Task<Piece> MakeRangeAsync(Piece pictures, CancellationToken cancellation)
    {
        var work = Renditions
            .Where(rendition => rendition.Video is not null)
            .Select(rendition => (rendition, Find(pictures, rendition.Video!)));
        return pictures with { Renditions = await MakeAsync(work, cancellation) };
    }

    /// <summary>All renditions of sound alone, over the whole film.</summary>
    /// <param name="sound">All sound, stored.</param>
    public async Task<Piece> MakeSoundAsync(Piece sound, CancellationToken cancellation)
    {
        var work = Renditions
            .Where(rendition => rendition.Video is null)
            .Select(rendition => (rendition, Find(sound, rendition.Audio!)));
        return sound with { Renditions = await MakeAsync(work, cancellation) };
    }

    private async Task<ImmutableArray<PieceRendition>> MakeAsync(
        IEnumerable<(TransportRendition Rendition, PieceRendition Main)> work,
        CancellationToken cancellation
    )
    {
        var all = work.ToList();
        var made = new PieceRendition[all.Count];
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = AtOnce,
            CancellationToken = cancellation,
        };
        await Parallel.ForEachAsync(
            Enumerable.Range(0, all.Count),
            options,
            async (index, token) =>
                made[index] = await MakeAsync(all[index].Rendition, all[index].Main, token)
        );
        return [.. made];
    }

    private async Task<PieceRendition> MakeAsync(
        TransportRendition rendition,
        PieceRendition main,
        CancellationToken cancellation
    )
    {
        var video = await ReadInitAsync(rendition.Video, cancellation);
        var audio = await ReadInitAsync(rendition.Audio, cancellation);
        var reorder = await ReorderFramesAsync(cancellation);
        var muxer = new TransportMuxer(rendition.Name, video, audio, reorder);
        var sounds = SoundOf(rendition);
        var segments = ImmutableArray.CreateBuilder<PackagedSegment>(main.Segments.Length);
        foreach (var index in main.Segments.Select(segment => segment.Index))
        {
            var pictures = await ReadAsync(rendition.Video, video, index, cancellation);
            var sound = await ReadAsync(rendition.Audio, audio, sounds(index), cancellation);
            try
            {
                using var segment = muxer.Mux(index, pictures, sound);
                await sink.StoreTransportAsync(rendition.Name, segment, cancellation);
                segments.Add(segment.Facts);
            }
            finally
            {
                pictures.ForEach(fragment => fragment.Dispose());
                sound.ForEach(fragment => fragment.Dispose());
            }
        }
        return new PieceRendition(rendition.Name, main.Init, segments.ToImmutable());
    }

    /// <summary>
    /// A stream that is copied is reordered farther than ours, or not so far, and may not say it. All renditions take the largest: hls.js lets a transport stream begin at
    /// its first time of decoding, and would else show some of them later than others.
    /// </summary>
    private async Task<int?> ReorderFramesAsync(CancellationToken cancellation)
    {
        var inside = (plan.Video?.Renditions ?? [])
            .Where(each => plan.Transport!.Value.Any(transport => transport.Video == each.Name))
            .ToList();
        if (inside.All(each => each.Copied is null))
        {
            return null;
        }
        var most = 0;
        foreach (var rendition in inside)
        {
            var frames =
                rendition.Copied?.ReorderFrames
                ?? TransportMuxer.ReorderFramesOf(
                    await sink.ReadInitAsync(rendition.Name, cancellation)
                );
            most = Math.Max(most, frames);
        }
        return most;
    }

    /// <summary>Which segment of the sound belongs to a segment of the rendition.</summary>
    private Func<int, int?> SoundOf(TransportRendition rendition)
    {
        if (rendition.Video is null)
        {
            return index => index;
        }
        var sound = plan.Audio.FirstOrDefault(each => each.Name == rendition.Audio);
        if (sound is null)
        {
            return _ => null;
        }
        var (boundaries, timescale) = (plan.Grid.Boundaries, plan.Grid.Timescale);
        var beside = AudioGrid
            .Along(boundaries, timescale, sound.SampleRate, AudioRendition.FrameSamples)
            .BesideVideo(boundaries, timescale);
        return index => beside[index];
    }

    private async Task<InitSegment?> ReadInitAsync(string? name, CancellationToken cancellation) =>
        name is null ? null : await sink.ReadInitAsync(name, cancellation);

    private async Task<List<Fragment>> ReadAsync(
        string? name,
        InitSegment? init,
        int? index,
        CancellationToken cancellation
    ) =>
        name is null || init is null || index is null
            ? []
            : await sink.ReadSegmentAsync(name, init, index.Value, cancellation);

    private static PieceRendition Find(Piece piece, string name) =>
        piece.Renditions.First(rendition => rendition.Name == name);
}
