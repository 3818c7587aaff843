using System.Collections.Immutable;
using Laddermill.Ffmpeg;
using Laddermill.Ladders;
using Laddermill.Media;
using Laddermill.Packaging;

namespace Laddermill.Transcoding;

/// <summary>
/// Encodes all audio renditions and stores their segments: one ffmpeg decodes the whole source, we put the sound on the film's clock, and one ffmpeg for
/// each rendition encodes it.
/// </summary>
internal sealed class AudioEncoder(
    MediaInput input,
    Plan plan,
    string name,
    MediaSink sink,
    ProgressTracker progress
)
{
    /// <summary>Encoders side by side; a source with more tracks is read again for each further eight.</summary>
    private const int RenditionsAtOnce = 8;

    private readonly SoundLead? lead = sink.Early?.Sound;

    public async Task<Piece> EncodeAsync(CancellationToken cancellation)
    {
        var renditions = ImmutableArray.CreateBuilder<PieceRendition>();
        foreach (var some in plan.Audio.Chunk(RenditionsAtOnce))
        {
            var loudness = some.Any(rendition => rendition.Loudness is not null)
                ? await DecodeAsync(some, MeasureAsync, cancellation)
                : new Loudness?[some.Length];
            renditions.AddRange(
                await DecodeAsync(
                    some,
                    (rendition, decoded, token) =>
                        EncodeAsync(
                            rendition,
                            loudness[Array.IndexOf(some, rendition)],
                            decoded,
                            token
                        ),
                    cancellation
                )
            );
        }
        if (plan.Video is null && renditions.All(each => each.HeardSeconds == 0))
        {
            throw new RejectedException(
                RejectionCode.Undecodable,
                $"Not a second of the sound of {name} can be decoded, and it has no picture; it is damaged."
            );
        }
        return new Piece(0, plan.Video?.Frames ?? 0, renditions.ToImmutable());
    }

    private Task<T[]> DecodeAsync<T>(
        AudioRendition[] renditions,
        Func<AudioRendition, Stream?, CancellationToken, Task<T>> use,
        CancellationToken cancellation
    ) =>
        EncoderRun.ReadAllAsync(
            $"Decoding the sound of {name} failed.",
            lead is null ? input : Patient(input),
            plan.Duration,
            renditions.Length,
            addresses => SoundArguments.ForDecoding(input, plan, renditions, addresses),
            (index, decoded, token) => use(renditions[index], decoded, token),
            cancellation
        );

    private MediaInput Patient(MediaInput source)
    {
        var (limits, wait) = (source.Limits, SoundLead.LongestWait(plan, source.Limits));
        return source with { Limits = limits with { WallSeconds = limits.WallSeconds + wait } };
    }

    private SoundFeeder FeederFor(AudioRendition rendition, SoundLead? heldBy) =>
        new(rendition, rendition.SamplesFor(plan.Grid), heldBy);

    private async Task<Loudness?> MeasureAsync(
        AudioRendition rendition,
        Stream? decoded,
        CancellationToken cancellation
    ) =>
        await LoudnessMeter.MeasureAsync(
            $"Measuring the sound of {name} for {rendition.Name} failed.",
            rendition,
            rendition.Loudness!,
            (stream, token) => FeederFor(rendition, null).FeedAsync(decoded, stream, token),
            cancellation
        );

    private async Task<PieceRendition> EncodeAsync(
        AudioRendition rendition,
        Loudness? loudness,
        Stream? decoded,
        CancellationToken cancellation
    )
    {
        var feeder = FeederFor(rendition, lead);
        var piece = await SoundEncoderRun.RunAsync(
            $"Encoding the sound of {name} for {rendition.Name} failed.",
            rendition,
            loudness,
            (stream, token) => feeder.FeedAsync(decoded, stream, token),
            (stream, token) => ReadAsync(rendition, stream, token),
            cancellation
        );
        return piece with
        {
            Loudness = loudness,
            HeardSeconds = (double)feeder.Heard / rendition.SampleRate,
        };
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
        await using var uploads = new SegmentUploads(
            (segment, stop) => sink.StoreSoundAsync(rendition.Name, segment, stop)
        );
        while (await reader.ReadFragmentAsync(cancellation) is { } fragment)
        {
            using (fragment)
            {
                foreach (var segment in segmenter.Add(fragment))
                {
                    await uploads.AddAsync(segment, cancellation);
                }
                progress.Advance(
                    rendition.Name,
                    fragment.Duration / (double)init.Timescale,
                    fragment.Bytes.Length
                );
            }
        }
        segmenter.Complete();
        return new PieceRendition(rendition.Name, facts, await uploads.CompleteAsync());
    }
}
