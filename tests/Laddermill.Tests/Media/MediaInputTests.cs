using Laddermill.Media;
using Laddermill.Processes;

namespace Laddermill.Tests.Media;

public sealed class MediaInputTests
{
    [Fact]
    public void A_file_is_asked_for_with_nothing_but_files_allowed() =>
        Assert.Equal(
            [
                "-hide_banner",
                "-v",
                "warning",
                "-protocol_whitelist",
                "file",
                "-format_whitelist",
                "mov,matroska,mpegts,mpeg,mpegvideo,m4v,avi,flv,mxf,ogg,asf,rm,dv,h264,hevc,obu,av1,ivf,gif,apng,"
                    + "wav,w64,aiff,caf,mp3,aac,flac,ac3,eac3,amr,wv",
                "-max_streams",
                "64",
                "-probesize",
                "50M",
                "-analyzeduration",
                "20M",
                "-show_format",
                "-i",
                "file:/videos/-i %03d.mp4",
            ],
            FfprobeCommand
                .For(MediaInput.FromFile("/videos/-i %03d.mp4"), ["-show_format"])
                .Arguments
        );

    [Fact]
    public void Our_own_gateway_is_asked_with_nothing_but_http_allowed() =>
        Assert.Equal(
            ["-protocol_whitelist", "http,tcp"],
            MediaInput
                .FromGateway(
                    new Uri("http://127.0.0.1:8080/secret"),
                    "a.mp4",
                    (_, _) => Task.CompletedTask
                )
                .Options.Take(2)
        );

    [Theory]
    [InlineData("http://example.com/a.mp4")]
    [InlineData("https://127.0.0.1/a.mp4")]
    [InlineData("ftp://127.0.0.1/a.mp4")]
    public void No_other_address_is_ever_handed_to_ffmpeg(string address) =>
        Assert.Throws<ArgumentException>(() =>
            MediaInput.FromGateway(new Uri(address), "a.mp4", (_, _) => Task.CompletedTask)
        );

    [Fact(Timeout = 30_000)]
    public async Task Every_allowed_demuxer_exists_and_none_of_them_opens_other_inputs()
    {
        var timeout = TestContext.Current.CancellationToken;
        var command = new ToolCommand("ffprobe", ["-v", "error", "-demuxers"])
        {
            Package = "ffmpeg",
        };
        await using var tool = ToolProcess.Start(command, ToolOutput.Captured, null, timeout);
        var text = await new StreamReader(tool.StandardOutput).ReadToEndAsync(timeout);
        var known = text.Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields is ["D", ..] and [_, _, ..])
            .SelectMany(fields => fields[1].Split(','))
            .ToHashSet();
        Assert.Empty(MediaInput.Demuxers.Except(known));
        Assert.Empty(
            MediaInput.Demuxers.Intersect(
                "hls dash concat sdp imf rtsp rtp image2 image2pipe lavfi tee webm_dash_manifest".Split(
                    ' '
                )
            )
        );
    }
}
