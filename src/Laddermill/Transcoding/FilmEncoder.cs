using System.Collections.Immutable;
using System.Threading.Channels;
using Laddermill.Ladders;
using Laddermill.Media;

namespace Laddermill.Transcoding;

/// <summary>
/// Encodes everything that a plan names, ranges side by side as the machine carries, the audio and the thumbnail beside them. Pieces that an
/// earlier run or another worker has finished are taken over.
/// </summary>
/// <param name="shown">Called when viewers can begin early; null when they are not to.</param>
internal sealed class FilmEncoder(
    MediaInput input,
    OutputFolder output,
    string job,
    string revision,
    ProgressTracker progress,
    Action? shown
)
{
    private readonly PieceNotes notes = new(output, job, revision);

    /// <summary>Memory that one range's ffmpeg may need for three rungs of H.264 up to 1080p from a 4K source.</summary>
    private const long MemoryPerRange = 1536L << 20;

    /// <exception cref="SourceEndedException">The source has fewer frames than the plan.</exception>
    public async Task<EncodedFilm> EncodeAsync(Plan plan, CancellationToken cancellation)
    {
        progress.StartEncoding(
            plan.Duration,
            [
                .. plan.Video?.Renditions.Select(rendition => rendition.Name) ?? [],
                .. plan.Audio.Select(rendition => rendition.Name),
            ]
        );
        var sink = new MediaSink(output, revision);
        var early = shown is null ? null : new EarlyFilm(output, revision, plan, sink.Gate, shown);
        sink.Early = early;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var stored = Channel.CreateUnbounded<Piece>();
        var ranges = StopAllOnFailureAsync(EncodeRangesAsync(plan, sink, stored, stop.Token), stop);
        var audio = StopAllOnFailureAsync(EncodeAudioAsync(plan, sink, stop.Token), stop);
        var transport = StopAllOnFailureAsync(
            FollowAsync(plan, sink, stored.Reader, audio, stop.Token),
            stop
        );
        var thumbnail = StopAllOnFailureAsync(
            plan.Thumbnail is null
                ? Task.FromResult<byte[]?>(null)
                : Thumbnail.MakeAsync(input, plan, stop.Token),
            stop
        );
        var subtitles = StopAllOnFailureAsync(MakeSubtitlesAsync(plan, sink, stop.Token), stop);
        var showing = StopAllOnFailureAsync(ShowAsync(early, ranges, audio, stop.Token), stop);
        // The first failure is the one to tell; what it stopped has ended by then too.
        await Task.WhenAll(ranges, audio, thumbnail, transport, subtitles, showing);
        return new EncodedFilm(
            await ranges,
            await audio,
            await transport,
            await thumbnail,
            await subtitles,
            sink.Gate
        );
    }

    private async Task<MadeSubtitles> MakeSubtitlesAsync(
        Plan plan,
        MediaSink sink,
        CancellationToken cancellation
    )
    {
        var made = await new SubtitleMaker(input, plan, sink).MakeAsync(cancellation);
        sink.Early?.Add(made);
        return made;
    }

    private static async Task<bool> ShowAsync(
        EarlyFilm? early,
        Task pictures,
        Task sound,
        CancellationToken cancellation
    )
    {
        if (early is null)
        {
            return false;
        }
        var showing = early.ShowAsync(cancellation);
        await Task.WhenAny(pictures, showing);
        early.Sound.Release();
        await Task.WhenAny(Task.WhenAll(pictures, sound), showing);
        early.Complete();
        await showing;
        return true;
    }

    private async Task<ImmutableArray<Piece>> EncodeRangesAsync(
        Plan plan,
        MediaSink sink,
        Channel<Piece> stored,
        CancellationToken cancellation
    )
    {
        var encoder = new RangeEncoder(input, plan, output.Name, sink, progress);
        var pieces = new Piece[plan.Ranges.Length];
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = RangesAtOnce,
            CancellationToken = cancellation,
        };
        await Parallel.ForEachAsync(
            plan.Ranges,
            options,
            async (range, token) =>
            {
                var name = FormattableString.Invariant($"range-{range.Index:0000}");
                var piece = await notes.DoOnceAsync(
                    name,
                    done => done.FirstFrame == range.FirstFrame && done.Frames == range.FrameCount,
                    done => AdoptAsync(done, sink, token),
                    () => encoder.EncodeAsync(range, token),
                    token
                );
                pieces[range.Index] = piece;
                stored.Writer.TryWrite(piece);
            }
        );
        stored.Writer.Complete();
        return [.. pieces];
    }

    private async Task<Piece?> EncodeAudioAsync(
        Plan plan,
        MediaSink sink,
        CancellationToken cancellation
    )
    {
        if (plan.Audio.IsEmpty)
        {
            return null;
        }
        var encoder = new AudioEncoder(input, plan, output.Name, sink, progress);
        var frames = plan.Video?.Frames ?? 0;
        return await notes.DoOnceAsync(
            "audio",
            piece => piece.Frames == frames,
            piece => AdoptAsync(piece, sink, cancellation),
            () => encoder.EncodeAsync(cancellation),
            cancellation
        );
    }

    private Task<ImmutableArray<Piece>> FollowAsync(
        Plan plan,
        MediaSink sink,
        ChannelReader<Piece> stored,
        Task<Piece?> audio,
        CancellationToken cancellation
    ) =>
        plan.Transport is null
            ? Task.FromResult(ImmutableArray<Piece>.Empty)
            : new TransportFollower(plan, sink, notes).MakeAsync(stored, audio, cancellation);

    private async Task<bool> AdoptAsync(Piece piece, MediaSink sink, CancellationToken cancellation)
    {
        foreach (var rendition in piece.Renditions)
        {
            if (!await sink.AdoptAsync(rendition, cancellation))
            {
                return false;
            }
        }
        foreach (var rendition in piece.Renditions)
        {
            var ticks = rendition.Segments.Sum(segment => segment.Duration);
            var bytes = rendition.Segments.Sum(segment => segment.Bytes);
            progress.Adopt(rendition.Name, (double)ticks / rendition.Init.Timescale, bytes);
        }
        return true;
    }

    private static int RangesAtOnce =>
        (int)
            Math.Clamp(
                Math.Min(
                    Environment.ProcessorCount / EncodeRange.Cores,
                    GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / MemoryPerRange
                ),
                1,
                64
            );

    private static async Task<T> StopAllOnFailureAsync<T>(
        Task<T> work,
        CancellationTokenSource stop
    )
    {
        try
        {
            return await work;
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
    }
}
