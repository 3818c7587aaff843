using System.Runtime.CompilerServices;
using Laddermill.Ffmpeg;
using Laddermill.Ladders;
using Laddermill.Media;
using Laddermill.Packaging;
using Laddermill.Processes;

namespace Laddermill.Transcoding;

/// <summary>Encodes one range of the video from a fresh start and stores its segments under their final names.</summary>
internal sealed class RangeEncoder(
    MediaInput input,
    Plan plan,
    string name,
    MediaSink sink,
    ProgressTracker progress
)
{
    /// <summary>What lies before a range may have to be decoded up to it, which takes far less than to encode it.</summary>
    private const double CostOfDecoding = 0.1;

    private VideoPlan Video => plan.Video!;

    /// <exception cref="SourceEndedException">The source has fewer frames than the plan counts on.</exception>
    /// <exception cref="ToolFailedException">Not even the film's first frames can be had.</exception>
    public async Task<Piece> EncodeAsync(EncodeRange range, CancellationToken cancellation)
    {
        try
        {
            return await EncodeOnceAsync(range, cancellation);
        }
        catch (Exception trouble) when (range.SeekTo is not null && IsOfSource(trouble))
        {
            // Either the source ends here, or decoding began too late: some files' indexes lie. From the very start there is no doubt.
            try
            {
                return await EncodeOnceAsync(range with { SeekTo = null }, cancellation);
            }
            catch (Exception again) when (again is not SourceEndedException && IsOfSource(again))
            {
                throw new SourceEndedException(range.FirstFrame);
            }
        }
    }

    private bool IsOfSource(Exception trouble) =>
        trouble switch
        {
            SourceEndedException or LateStartException => true,
            ToolFailedException failure => UndecodableSource.IsCauseOf(failure, input),
            _ => false,
        };

    private async Task<Piece> EncodeOnceAsync(EncodeRange range, CancellationToken cancellation)
    {
        var results = await EncoderRun.ReadAllAsync(
            $"Encoding frames {range.FirstFrame} to {range.FirstFrame + range.FrameCount - 1} of {name} failed.",
            input,
            FilmOf(plan, range),
            Video.Renditions.Length + 1,
            addresses => EncodeArguments.ForRange(input, plan, range, addresses),
            (index, stream, token) =>
                index < Video.Renditions.Length
                    ? ReadAsync(Video.Renditions[index], range, stream, token)
                    : CountAsync(stream, token),
            cancellation,
            exit => RefuseComplaints(exit, range)
        );
        var reached = results[..^1].Min(result => result.Reached);
        if (reached < range.FrameCount)
        {
            throw new SourceEndedException(range.FirstFrame + reached);
        }
        if (Video.IsCopied && results[^1].Reached != range.FrameCount)
        {
            throw new NotCopyableException(
                $"of its frames {range.FirstFrame} to {range.FirstFrame + range.FrameCount - 1} only {results[^1].Reached} can be decoded"
            );
        }
        return new Piece(
            range.FirstFrame,
            range.FrameCount,
            [.. results[..^1].Select(result => result.Rendition!)]
        )
        {
            Decoded = results[^1].Reached,
        };
    }

    /// <summary>What our decoder patches up, players may stumble over: a stream that it complains of is encoded.</summary>
    private void RefuseComplaints(ToolExit exit, EncodeRange range)
    {
        var copied = Video.Renditions.FirstOrDefault(each => each.Copied is not null)?.Copied;
        if (copied is null || (copied.IsEnteredAnywhere && range.SeekTo is not null))
        {
            return;
        }
        var decoder = copied.Codec == CopiedCodec.Hevc ? "[hevc @" : "[h264 @";
        if (
            exit.ErrorTail.FirstOrDefault(line =>
                line.StartsWith(decoder, StringComparison.Ordinal)
            ) is
            { } complaint
        )
        {
            throw new NotCopyableException(
                $"its decoder complains ({complaint[(complaint.IndexOf(']', StringComparison.Ordinal) + 1)..].Trim()})"
            );
        }
    }

    /// <summary>Frames that ffmpeg lists: a line for each, beneath those that begin with <c>#</c>.</summary>
    private static async Task<(long Reached, PieceRendition? Rendition)> CountAsync(
        Stream? list,
        CancellationToken cancellation
    )
    {
        using var reader = new StreamReader(list ?? Stream.Null);
        var frames = 0L;
        while (await reader.ReadLineAsync(cancellation) is { } line)
        {
            frames += line.StartsWith('#') ? 0 : 1;
        }
        return (frames, null);
    }

    /// <summary>Seconds of film that it costs as much as.</summary>
    internal static double FilmOf(Plan plan, EncodeRange range)
    {
        var frame = (double)plan.Grid.UnitTicks / plan.Grid.Timescale;
        return frame * (range.FrameCount + (CostOfDecoding * range.FirstFrame));
    }

    private async Task<(long Reached, PieceRendition? Rendition)> ReadAsync(
        VideoRendition rendition,
        EncodeRange range,
        Stream? stream,
        CancellationToken cancellation
    )
    {
        if (stream is null)
        {
            return (0, null);
        }
        var reader = new FragmentReader(stream);
        var init = await reader.ReadInitAsync(cancellation);
        var facts = await sink.StoreInitAsync(rendition.Name, init, cancellation);

        var grid = plan.Grid;
        var first = grid.Boundaries[range.FirstSegment];
        using var segmenter = new VideoSegmenter(
            rendition.Name,
            grid.Timescale,
            grid.Boundaries.Slice(range.FirstSegment, range.SegmentCount + 1),
            range.FirstSegment
        );
        await using var uploads = new SegmentUploads(
            (segment, stop) => sink.StorePicturesAsync(rendition.Name, init, segment, stop)
        );
        var reached = first;
        var number = FirstNumber(first);
        var gops = rendition.Copied is null
            ? EncodedGopsAsync(reader, cancellation)
            : CopiedGopsAsync(reader, init, range, cancellation);
        await foreach (var fragment in gops)
        {
            using (fragment)
            {
                if (reached == first && fragment.Start > 0)
                {
                    throw new LateStartException(rendition.Name);
                }
                // Each range's encoder counts from 0; its place in the film is known here.
                fragment.Rebase(first + fragment.Start, ++number);
                reached = fragment.End;
                if (IsSourceEnd(reached, range))
                {
                    continue;
                }
                progress.Advance(
                    rendition.Name,
                    fragment.Duration / (double)grid.Timescale,
                    fragment.Bytes.Length
                );
                sink.Early?.Reach(rendition.Name, fragment.Start, fragment.End);
                if (segmenter.Add(fragment) is { } segment)
                {
                    await uploads.AddAsync(segment, cancellation);
                }
            }
        }
        return (
            (reached - first) / grid.UnitTicks,
            new PieceRendition(rendition.Name, facts, await uploads.CompleteAsync())
        );
    }

    private static async IAsyncEnumerable<Fragment> EncodedGopsAsync(
        FragmentReader reader,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        while (await reader.ReadFragmentAsync(cancellation) is { } fragment)
        {
            yield return fragment;
        }
    }

    private async IAsyncEnumerable<Fragment> CopiedGopsAsync(
        FragmentReader reader,
        InitSegment init,
        EncodeRange range,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var shown = Video.Origin + range.FirstFrame / Video.FrameRate.ToDouble();
        using var gops = new CopiedGops(
            init,
            plan.Grid.UnitTicks,
            range.FrameCount,
            range.FirstFrame == 0 ? null : (long)Math.Round(shown * init.Timescale),
            Video.Captions is not null
        );
        while (await reader.ReadFragmentAsync(cancellation) is { } copied)
        {
            using (copied)
            {
                foreach (var gop in gops.Add(copied))
                {
                    yield return gop;
                }
            }
        }
        foreach (var last in gops.Complete())
        {
            yield return last;
        }
    }

    /// <summary>At least as many as there are fragments before this range, so that numbers rise along the film.</summary>
    private uint FirstNumber(long first)
    {
        var frames = first / plan.Grid.UnitTicks;
        return (uint)(Video.IsCopied ? frames : (frames + Video.GopFrames - 1) / Video.GopFrames);
    }

    /// <summary>A fragment that ends off the GOP grid, before the range does, is the last that the source had.</summary>
    private bool IsSourceEnd(long reached, EncodeRange range)
    {
        var frame = reached / plan.Grid.UnitTicks;
        return frame < range.FirstFrame + range.FrameCount
            // Where the grid follows the source's key frames, nothing of it is kept when the source ends too early.
            && !Video.IsCopied
            && (frame - range.FirstFrame) % Video.GopFrames != 0;
    }
}

/// <summary>Nothing could be decoded at the beginning of a range; what came before it would have to stand in.</summary>
internal sealed class LateStartException(string rendition)
    : Exception($"The first pictures of a range of {rendition} are missing.");

/// <summary>The source ended before the plan does: it is shorter than it claims, or broken off.</summary>
internal sealed class SourceEndedException(long frames)
    : Exception($"The source ended after {frames} frames.")
{
    /// <summary>Frames that could be had, from the start of the film.</summary>
    public long Frames { get; } = frames;
}
