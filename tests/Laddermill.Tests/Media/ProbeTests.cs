using System.Net;
using System.Net.Sockets;
using Laddermill.Media;
using Laddermill.Processes;
using Microsoft.Extensions.Time.Testing;

namespace Laddermill.Tests.Media;

public sealed class ProbeTests(TestMedia media)
{
    private const int Limit = 60_000;

    private readonly Probe probe = new(TimeProvider.System);

    [Fact(Timeout = Limit)]
    public async Task A_plain_clip_is_told_with_picture_and_sound()
    {
        var path = await media.VideoAsync();
        var info = await probe.ReadAsync(
            MediaInput.FromFile(path),
            TestContext.Current.CancellationToken
        );
        var video = Assert.Single(info.Video);
        Assert.Equal("h264", video.Codec);
        Assert.Equal((320, 180), (video.DisplayWidth, video.DisplayHeight));
        Assert.Equal(new Rational(25, 1), video.FrameRate);
        Assert.Equal(50, video.FrameCount);
        Assert.Equal(2, Assert.Single(info.Audio).Channels);
        Assert.Equal(new FileInfo(path).Length, info.Size);
    }

    [Theory(Timeout = Limit)]
    [InlineData("smpte2084", "hdr10")]
    [InlineData("arib-std-b67", "hlg")]
    public async Task High_dynamic_range_is_seen_with_the_metadata_that_only_frames_have(
        string transfer,
        string expected
    )
    {
        var path = await media.ClipAsync(
            "hdr.ts",
            [
                .. "-f lavfi -i testsrc2=size=128x72:rate=25:duration=1 -pix_fmt yuv420p10le -c:v libx265".Split(
                    ' '
                ),
                "-x265-params",
                "log-level=error:hdr10=1:colorprim=bt2020:colormatrix=bt2020nc:"
                    + $"transfer={transfer}:max-cll=1000,400:"
                    + "master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)",
            ]
        );
        var info = await probe.ReadAsync(
            MediaInput.FromFile(path),
            TestContext.Current.CancellationToken
        );
        var colour = info.MainVideo!.Colour;
        Assert.Equal(expected, colour.Hdr);
        Assert.Equal(10, info.MainVideo.BitDepth);
        Assert.Equal(new ContentLightLevel(1000, 400), colour.ContentLightLevel);
        Assert.Equal(
            (1000, 0.68),
            (colour.MasteringDisplay!.MaxLuminance, colour.MasteringDisplay.RedX)
        );
    }

    [Fact(Timeout = Limit)]
    public async Task Encrypted_samples_are_noticed()
    {
        var path = await media.ClipAsync(
            "encrypted.mp4",
            [
                .. "-f lavfi -i testsrc2=size=128x72:rate=25:duration=1 -c:v libx264 -pix_fmt yuv420p".Split(
                    ' '
                ),
                .. "-encryption_scheme cenc-aes-ctr -encryption_kid a7e61c373e219033c21091fa607bf3b8".Split(
                    ' '
                ),
                .. "-encryption_key 76a6c65c5ea762046bd749a2e632ccbb".Split(' '),
            ]
        );
        var info = await probe.ReadAsync(
            MediaInput.FromFile(path),
            TestContext.Current.CancellationToken
        );
        Assert.True(info.IsEncrypted);
    }

    [Fact(Timeout = Limit)]
    public async Task A_name_that_looks_like_an_option_a_protocol_or_a_pattern_is_just_a_name()
    {
        var clip = await media.VideoAsync();
        foreach (var name in (string[])["-i.mp4", "a:b.mp4", "%03d.mp4", "concat:a|b", "'x y'.mp4"])
        {
            var path = Path.Combine(media.NewFolder(), name);
            File.Copy(clip, path);
            var info = await probe.ReadAsync(
                MediaInput.FromFile(path),
                TestContext.Current.CancellationToken
            );
            Assert.Equal(320, info.MainVideo?.Width);
        }
    }

    [Theory(Timeout = Limit)]
    [InlineData("", "empty")]
    [InlineData("just some words, again and again", "not-media")]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nsecret.ts\n", "hostile-playlist")]
    [InlineData("ffconcat version 1.0\nfile secret.mp4\n", "hostile-playlist")]
    [InlineData(
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\n",
        "hostile-playlist"
    )]
    public async Task What_is_no_media_is_refused_with_a_reason(string content, string code)
    {
        var path = Path.Combine(media.NewFolder(), "upload.mp4");
        await File.WriteAllTextAsync(path, content, TestContext.Current.CancellationToken);
        Assert.Equal(code, (await RefusalAsync(path)).Code);
    }

    [Fact(Timeout = Limit)]
    public async Task A_picture_larger_than_the_limit_is_refused_before_it_is_decoded()
    {
        var path = await media.VideoAsync();
        var strict = MediaInput.FromFile(path) with
        {
            Limits = SourceLimits.Default with { Pixels = (320 * 180) - 1 },
        };
        var error = await Assert.ThrowsAsync<RejectedException>(() =>
            probe.ReadAsync(strict, TestContext.Current.CancellationToken)
        );
        Assert.Equal("limit-pixels", error.Code);
    }

    [Fact(Timeout = Limit)]
    public async Task A_single_picture_is_refused_by_its_format()
    {
        var path = await media.ClipAsync(
            "still.png",
            [.. "-f lavfi -i testsrc2 -frames:v 1".Split(' ')]
        );
        var error = await RefusalAsync(path);
        TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        Assert.Equal("unsupported-container", error.Code);
        Assert.Contains("png_pipe", error.Message);
    }

    [Fact(Timeout = Limit)]
    public async Task Subtitles_alone_are_no_media_to_transcode()
    {
        var text = Path.Combine(media.NewFolder(), "a.srt");
        await File.WriteAllTextAsync(
            text,
            "1\n00:00:00,000 --> 00:00:01,000\nHello\n",
            TestContext.Current.CancellationToken
        );
        var path = await media.ClipAsync("subtitles.mkv", "-i", text, "-c:s", "srt");
        Assert.Equal("no-media-streams", (await RefusalAsync(path)).Code);
    }

    [Fact(Timeout = Limit)]
    public async Task More_streams_than_allowed_are_refused()
    {
        var maps = Enumerable.Repeat((string[])["-map", "0"], SourceLimits.Default.Streams + 1);
        var path = await media.ClipAsync(
            "many.mkv",
            [.. "-f lavfi -i sine=duration=0.1".Split(' '), .. maps.SelectMany(map => map)]
        );
        var error = await RefusalAsync(path);
        TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        Assert.Equal("limit-streams", error.Code);
    }

    [Fact(Timeout = Limit)]
    public async Task A_missing_file_is_no_fault_of_the_media() =>
        await Assert.ThrowsAsync<FileNotFoundException>(() =>
            probe.ReadAsync(
                MediaInput.FromFile("/no/such/file.mp4"),
                TestContext.Current.CancellationToken
            )
        );

    [Fact(Timeout = Limit)]
    public async Task A_connection_that_fails_is_no_fault_of_the_media()
    {
        // Port 9 (discard) of this machine: nobody listens. In a network of its own there would be our gateway.
        Sandbox.Choose(SandboxMode.Off);
        var input = MediaInput.FromGateway(
            new Uri("http://127.0.0.1:9/x"),
            "x.mp4",
            (_, _) => Task.CompletedTask
        );
        var error = await Assert.ThrowsAsync<ToolFailedException>(() =>
            probe.ReadAsync(input, TestContext.Current.CancellationToken)
        );
        Assert.Contains("'x.mp4'", error.Message);
    }

    [Fact(Timeout = Limit)]
    public async Task A_source_that_never_answers_is_given_up()
    {
        var clock = new FakeTimeProvider();
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var connected = new TaskCompletionSource<Socket>();
        var reading = new Probe(clock).ReadAsync(
            MediaInput.FromGateway(
                new Uri($"http://{silent.LocalEndpoint}/x"),
                "x.mp4",
                ListenAsync
            ),
            TestContext.Current.CancellationToken
        );
        _ = ListenAsync(silent.Server, TestContext.Current.CancellationToken);
        using var connection = await connected.Task;
        Assert.False(reading.IsCompleted);
        clock.Advance(TimeSpan.FromMinutes(3));
        var error = await Assert.ThrowsAsync<RejectedException>(() => reading);
        Assert.Equal("limit-probe-time", error.Code);

        async Task ListenAsync(Socket listener, CancellationToken closed) =>
            connected.TrySetResult(await listener.AcceptAsync(closed));
    }

    private async Task<RejectedException> RefusalAsync(string path) =>
        await Assert.ThrowsAsync<RejectedException>(() =>
            probe.ReadAsync(MediaInput.FromFile(path), TestContext.Current.CancellationToken)
        );
}
