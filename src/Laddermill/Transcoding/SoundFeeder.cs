using System.Buffers;
using System.Runtime.InteropServices;
using Laddermill.Ffmpeg;
using Laddermill.Ladders;
using Laddermill.Packaging;

namespace Laddermill.Transcoding;

/// <summary>Hands decoded sound on, placed on the film's clock: as long as the film to the sample, holes and late starts filled with silence.</summary>
/// <param name="samples">Of the whole film.</param>
/// <param name="lead">Holds it back; back-pressure then stops the decoder, too. Null: it goes as fast as it can.</param>
internal sealed class SoundFeeder(AudioRendition rendition, long samples, SoundLead? lead)
{
    private static readonly byte[] Silence = new byte[64 * 1024];

    /// <summary>
    /// What an encoder finds at its first read, at least: of a first packet of a single sample ffmpeg 5.1 makes no numbers, and fails.
    /// </summary>
    private const int FirstSamples = 1024;

    private readonly ArrayBufferWriter<byte> first = new();
    private readonly int firstBytes =
        FirstSamples * rendition.Channels * SoundArguments.SampleBytes;
    private readonly int bytesPerSample = rendition.Channels * SoundArguments.SampleBytes;
    private readonly SoundTimeline timeline = new(rendition.SampleRate, samples);
    private long written;

    /// <summary>Samples that came from the source.</summary>
    public long Heard => timeline.Heard;

    /// <param name="decoded">What the decoder writes; null when it had nothing to write.</param>
    /// <exception cref="TruncatedMediaException">The decoder's stream broke off.</exception>
    /// <exception cref="IOException">Nobody reads <paramref name="output"/> any more.</exception>
    public async Task FeedAsync(Stream? decoded, Stream output, CancellationToken cancellation)
    {
        if (decoded is not null)
        {
            var reader = new FragmentReader(decoded);
            var init = await reader.ReadInitAsync(cancellation);
            while (await reader.ReadFragmentAsync(cancellation) is { } fragment)
            {
                using (fragment)
                {
                    await FeedAsync(init, fragment, output, cancellation);
                }
            }
        }
        await WriteSilenceAsync(output, timeline.Remaining, cancellation);
        if (written < firstBytes)
        {
            await output.WriteAsync(first.WrittenMemory, cancellation);
        }
    }

    private async Task FeedAsync(
        InitSegment init,
        Fragment fragment,
        Stream output,
        CancellationToken cancellation
    )
    {
        if (init.Timescale != rendition.SampleRate || init.Channels != rendition.Channels)
        {
            throw new MalformedMediaException(
                $"Decoded sound has {init.Channels} channels at {init.Timescale} Hz, but {rendition.Channels} at {rendition.SampleRate} Hz were asked for."
            );
        }
        foreach (var (silence, start, length) in Cuts(fragment))
        {
            await WriteSilenceAsync(output, silence, cancellation);
            // The fragment is ours alone, so its bytes may be changed.
            var bytes = MemoryMarshal.AsMemory(fragment.Bytes.Slice(start, length));
            SoundSamples.Clean(bytes.Span);
            await WriteAsync(output, bytes, cancellation);
        }
    }

    /// <summary>What to write of a fragment: packets that lie side by side, in time and in memory, as one piece.</summary>
    private List<(long Silence, int Start, int Length)> Cuts(Fragment fragment)
    {
        List<(long Silence, int Start, int Length)> cuts = [];
        foreach (var sample in fragment)
        {
            var placed = timeline.Place(sample.DecodeTime, sample.Size / bytesPerSample);
            var start = sample.Offset + placed.Skip * bytesPerSample;
            var length = placed.Take * bytesPerSample;
            if (placed.Silence == 0 && cuts is [.., var last] && last.Start + last.Length == start)
            {
                cuts[^1] = last with { Length = last.Length + length };
            }
            else
            {
                cuts.Add((placed.Silence, start, length));
            }
        }
        return cuts;
    }

    private async Task WriteSilenceAsync(
        Stream output,
        long samples,
        CancellationToken cancellation
    )
    {
        for (var left = samples * bytesPerSample; left > 0; )
        {
            var length = (int)Math.Min(left, Silence.Length);
            await WriteAsync(output, Silence.AsMemory(0, length), cancellation);
            left -= length;
        }
    }

    private async Task WriteAsync(
        Stream output,
        ReadOnlyMemory<byte> bytes,
        CancellationToken cancellation
    )
    {
        if (lead is not null)
        {
            var seconds = (double)written / bytesPerSample / rendition.SampleRate;
            await lead.WaitAsync(rendition.Name, seconds, cancellation);
        }
        var isFirst = written < firstBytes;
        written += bytes.Length;
        if (isFirst)
        {
            first.Write(bytes.Span);
        }
        if (written >= firstBytes)
        {
            await output.WriteAsync(isFirst ? first.WrittenMemory : bytes, cancellation);
        }
    }
}
