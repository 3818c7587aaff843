using System.Globalization;
using System.Text.Json.Nodes;
using Laddermill.Processes;
using Laddermill.Storage.FileSystem;
using Laddermill.Verification;
using Laddermill.Verification.Boxes;
using Laddermill.Verification.Model;

namespace Laddermill.Tests.Transcoding;

/// <summary>Pictures that are decoded in another order than they are shown in (B-frames), beside their sound.</summary>
public sealed class ReorderedPicturesTests(TestMedia media)
{
    private const int Minutes = 60_000;
    private const double Frame = 1 / 25.0;

    [Fact(Timeout = 5 * Minutes)]
    public async Task The_first_picture_is_shown_with_the_first_sound()
    {
        var source = await media.FlashAndBeepAsync("reordered.mp4", seconds: 7);
        var output = await Published.MakeAsync(
            media,
            source,
            Published.SmallProfile.Replace("ultrafast", "superfast", StringComparison.Ordinal),
            segments: "ts"
        );

        // What stands in the files: time 0, by composition offsets below 0.
        var first = await FirstFragmentAsync(output);
        Assert.Equal(0, first.Start);
        Assert.Equal(0, first.PresentationStart);

        // ffmpeg's demuxer of MP4 raises all composition offsets until none is below 0, and shows the pictures that much later.
        var (picture, sound, reordered) = await StartsAsync(output.Master);
        Assert.InRange(reordered, 1, 4);
        Assert.Equal(0, sound, 3);
        Assert.Equal(reordered * Frame, picture, 3);

        // The same pictures and sound in transport streams, whose times are never below 0: ffmpeg has them together.
        (picture, sound, _) = await StartsAsync(output.TransportMaster);
        Assert.Equal(picture, sound, 3);
        var (flashes, beeps) = await Published.FlashesAndBeepsAsync(output.TransportMaster, 0, 25);
        Assert.Equal(7, flashes.Count);
        Assert.All(
            flashes.Zip(beeps),
            each => Assert.InRange(each.First - each.Second, -Frame, Frame)
        );
    }

    private static async Task<FragmentFacts> FirstFragmentAsync(Published output)
    {
        var store = new FileSystemObjectStore(Path.GetDirectoryName(output.Folder)!);
        var loader = new OutputLoader(
            new StoreOutputReader(store, Path.GetFileName(output.Folder))
        );
        await loader.LoadAsync(true, true, TestContext.Current.CancellationToken);
        var path = $"{output.Result.Revision}/video-180p/00000.m4s";
        return ((SegmentFacts)loader.Build().Files[path]).Fragments[0];
    }

    /// <summary>Seconds at which ffmpeg shows the first picture and sound, and by how many pictures it says that decoding is ahead.</summary>
    private static async Task<(double Picture, double Sound, int Reordered)> StartsAsync(
        string playlist
    )
    {
        var command = new ToolCommand(
            "ffprobe",
            [
                .. "-v error -allowed_extensions ALL -of json -show_entries stream=codec_type,start_time,has_b_frames".Split(
                    ' '
                ),
                playlist,
            ]
        );
        await using var tool = ToolProcess.Start(
            command,
            ToolOutput.Captured,
            cancellationToken: TestContext.Current.CancellationToken
        );
        var streams = (
            await JsonNode.ParseAsync(
                tool.StandardOutput,
                cancellationToken: TestContext.Current.CancellationToken
            )
        )!["streams"]!.AsArray();
        await tool.EnsureSuccessAsync("ffprobe failed.");
        var picture = First("video");
        return (Start(picture), Start(First("audio")), (int)picture["has_b_frames"]!);

        JsonNode First(string kind) =>
            streams.First(stream => (string?)stream!["codec_type"] == kind)!;

        static double Start(JsonNode stream) =>
            double.Parse((string)stream["start_time"]!, CultureInfo.InvariantCulture);
    }
}
