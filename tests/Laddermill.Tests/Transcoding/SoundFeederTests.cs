using Laddermill.Ladders;
using Laddermill.Processes;
using Laddermill.Transcoding;

namespace Laddermill.Tests.Transcoding;

/// <summary>What encoders of sound are handed.</summary>
public sealed class SoundFeederTests(TestMedia media)
{
    private const int Rate = 48_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task A_decoder_that_begins_with_a_single_sample_gives_the_encoder_more_at_once()
    {
        // Packets of a sample each, and fragments of few: what decoders make where a source's sound begins in the middle of a packet.
        var decoded = await media.ClipAsync(
            "single.mov",
            [
                .. $"-f lavfi -i sine=duration=0.1:sample_rate={Rate} -af asetnsamples=1,aformat=flt:{Rate}:mono -c:a pcm_f32le -frag_duration 1".Split(
                    ' '
                ),
                .. "-movflags +empty_moov+default_base_moof+frag_discont+skip_trailer".Split(' '),
            ]
        );
        await using var stream = File.OpenRead(decoded);
        using var output = new Writes();

        await Feeder(Rate / 10).FeedAsync(stream, output, Cancellation);

        Assert.InRange(output.Sizes[0], 1024 * sizeof(float), Rate);
        Assert.Equal(Rate / 10 * sizeof(float), output.Sizes.Sum());
        Assert.Equal(await PcmOfAsync(decoded), output.ToArray());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_film_of_few_samples_is_handed_on_whole()
    {
        using var output = new Writes();

        await Feeder(10).FeedAsync(null, output, Cancellation);

        Assert.Equal([10 * sizeof(float)], output.Sizes);
    }

    /// <summary>One track of one channel.</summary>
    internal static AudioRendition Rendition(int rate) =>
        new(
            "sound",
            1,
            Bitrate: 64_000,
            rate,
            Channels: 1,
            Language: null,
            Label: "",
            IsDefault: true,
            Roles: [],
            Origin: 0
        );

    private static SoundFeeder Feeder(long samples) => new(Rendition(Rate), samples, lead: null);

    private static async Task<byte[]> PcmOfAsync(string file)
    {
        await using var tool = ToolProcess.Start(
            new ToolCommand("ffmpeg", ["-v", "error", "-i", file, "-f", "f32le", "-"]),
            ToolOutput.Captured,
            cancellationToken: Cancellation
        );
        using var bytes = new MemoryStream();
        await tool.StandardOutput.CopyToAsync(bytes, Cancellation);
        await tool.EnsureSuccessAsync($"Decoding {file} failed.");
        return bytes.ToArray();
    }

    private sealed class Writes : MemoryStream
    {
        public List<int> Sizes { get; } = [];

        public override ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            Sizes.Add(buffer.Length);
            return base.WriteAsync(buffer, cancellationToken);
        }
    }
}
