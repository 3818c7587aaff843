using Laddermill.Processes;

namespace Laddermill.Tests.Players;

/// <summary>GStreamer's demuxers of HLS and DASH, over HTTP, without a display.</summary>
public sealed class GStreamerTests(TestMedia media)
{
    /// <summary>Each square of the number becomes one pixel of the picture.</summary>
    private const int Width = 16;

    private const int Height = 9;

    [Theory(Timeout = 300_000)]
    [InlineData("master.m3u8")]
    [InlineData("master-ts.m3u8")]
    [InlineData("dash.mpd")]
    public async Task Decodes_every_picture_once_and_in_order(string entry)
    {
        Assert.SkipWhen(
            ToolPath.Find("gst-launch-1.0") is null,
            "GStreamer is not installed (Debian: apt-get install gstreamer1.0-tools and the plugins of tests/debian-packages.txt)."
        );
        var film = await Film.MakeAsync(media, FilmRecipe.Small);
        await using var files = await FileServer.StartAsync(film.Folder);

        var pictures = await DecodeAsync($"{files.Address}/{entry}");

        Assert.Equal(
            Enumerable.Range(0, film.Frames),
            pictures.Chunk(Width * Height).Select(Number)
        );
    }

    /// <returns>Grey pictures one after the other, a byte for each pixel.</returns>
    private static async Task<byte[]> DecodeAsync(string address)
    {
        var cancellation = TestContext.Current.CancellationToken;
        // uridecodebin3 keeps its one pad when the rendition changes; the older uridecodebin offers a new one, which nothing takes.
        var pipeline =
            $"uridecodebin3 uri={address} caps=video/x-raw name=d d. ! queue ! videoconvert ! videoscale add-borders=false "
            + $"! video/x-raw,format=GRAY8,width={Width},height={Height} ! fdsink fd=1 sync=false";
        await using var process = ToolProcess.Start(
            new ToolCommand("gst-launch-1.0", ["-q", .. pipeline.Split(' ')]),
            ToolOutput.Captured,
            cancellationToken: cancellation
        );
        using var pictures = new MemoryStream();
        await process.StandardOutput.CopyToAsync(pictures, cancellation);
        await process.EnsureSuccessAsync("GStreamer could not play the film.");
        return pictures.ToArray();
    }

    /// <summary>The number that the picture carries: 12 squares along the top, lowest bit first; -1 where the opposites beneath contradict it.</summary>
    private static int Number(byte[] picture)
    {
        var bits = Enumerable.Range(0, 12).ToList();
        return bits.All(bit => picture[bit] > 127 != picture[Width + bit] > 127)
            ? bits.Sum(bit => picture[bit] > 127 ? 1 << bit : 0)
            : -1;
    }
}
