using System.Collections.Immutable;
using Laddermill.Ffmpeg;
using Laddermill.Ladders;
using Laddermill.Media;
using Laddermill.Packaging;

namespace Laddermill.Transcoding;

/// <summary>Encodes all audio renditions in one pass over the whole source and stores their segments.</summary>
internal sealed class AudioEncoder(
    MediaInput input,
    Plan plan,
    string name,
    MediaSink sink,
    ProgressTracker progress
)
{
    public async Task<Piece> EncodeAsync(CancellationToken cancellation)
    {
        var renditions = await EncoderRun.ReadAllAsync(
            $"Encoding the sound of {name} failed.",
            input,
            plan.Audio.Length,
            addresses => EncodeArguments.ForAudio(input, plan, addresses),
            (index, stream, token) => ReadAsync(plan.Audio[index], stream, token),
            cancellation
        );
        return new Piece(0, plan.Video?.Frames ?? 0, [.. renditions]);
    }

    private async Task<PieceRendition> ReadAsync(
        AudioRendition rendition,
        Stream? stream,
        CancellationToken cancellation
    )
    {
        var reader = new FragmentReader(
            stream
                ?? throw new TruncatedMediaException(
                    $"ffmpeg made no sound for {rendition.Name} of {name}."
                )
        );
        var init = await reader.ReadInitAsync(cancellation);
        var facts = await sink.StoreInitAsync(rendition.Name, init, cancellation);
        var grid = AudioGrid.Along(
            plan.Grid.Boundaries,
            plan.Grid.Timescale,
            rendition.SampleRate,
            AudioRendition.FrameSamples
        );
        using var segmenter = new AudioSegmenter(rendition.Name, init, grid);
        var segments = ImmutableArray.CreateBuilder<PackagedSegment>();
        while (await reader.ReadFragmentAsync(cancellation) is { } fragment)
        {
            using (fragment)
            {
                foreach (var segment in segmenter.Add(fragment))
                {
                    using (segment)
                    {
                        await sink.StoreSegmentAsync(
                            rendition.Name,
                            segment,
                            OutputFolder.AudioMedia,
                            cancellation
                        );
                        segments.Add(segment.Facts);
                    }
                }
                progress.Advance(
                    rendition.Name,
                    fragment.Duration / (double)init.Timescale,
                    fragment.Bytes.Length
                );
            }
        }
        segmenter.Complete();
        return new PieceRendition(rendition.Name, facts, segments.ToImmutable());
    }
}
