namespace Laddermill.Tests.Transcoding;

/// <summary>Interlaced film becomes whole frames by what its pictures show, not by what its tag says.</summary>
public sealed class FieldTests(TestMedia media)
{
    private const int Minutes = 60_000;

    private const string Moving = "-f lavfi -i testsrc2=size=720x480:rate=50:duration=4";

    private const string X264 =
        "-c:v libx264 -preset ultrafast -crf 10 -pix_fmt yuv420p -colorspace bt709 -color_primaries bt709 -color_trc bt709";

    [Theory(Timeout = 5 * Minutes)]
    [InlineData("top", "")]
    [InlineData("bottom", "")]
    // The tag lies about which field is first.
    [InlineData("bottom", " -flags +ilme+ildct -x264-params tff=1")]
    public async Task Combed_pictures_become_whole_frames_whatever_the_tag_says(
        string first,
        string flags
    )
    {
        var smooth = await media.ClipAsync("smooth.mp4", [.. $"{Moving} {X264}".Split(' ')]);
        var combed = await media.ClipAsync(
            "combed.mp4",
            [.. $"{Moving} -vf tinterlace=interleave_{first} {X264}{flags}".Split(' ')]
        );

        var output = await Published.MakeAsync(media, combed, Profile);

        var plan = output.Report["plan"]!;
        Assert.Equal("50", (string)plan["video"]!["frameRate"]!);
        Assert.Equal($"{first}-first", (string)plan["video"]!["picture"]!["fields"]!);
        Assert.Equal(200, output.PlannedFrames);
        // As near to the film before it was combed as half its lines allow; frames in the wrong order would be far off.
        Assert.InRange((await output.SimilarityAsync(smooth)).Order().ElementAt(20), 0.96, 1);
    }

    [Theory(Timeout = 5 * Minutes)]
    [InlineData("")]
    [InlineData(" -flags +ilme+ildct -x264-params tff=1")]
    public async Task Whole_pictures_stay_as_they_are_whatever_the_tag_says(string flags)
    {
        var source = await media.ClipAsync(
            "whole.mp4",
            [
                .. $"-f lavfi -i mandelbrot=size=720x480:rate=25:start_scale=0.3 -t 4 -vf noise=alls=8:allf=p,rotate=0.4*t {X264}{flags}".Split(
                    ' '
                ),
            ]
        );

        var output = await Published.MakeAsync(media, source, Profile);

        Assert.Equal("25", (string)output.Report["plan"]!["video"]!["frameRate"]!);
        Assert.Null(output.Report["plan"]!["video"]!["picture"]!["fields"]);
        Assert.InRange((await output.SimilarityAsync(source)).Min(), 0.9, 1);
    }

    private const string Profile = """
        { "extends": "default", "description": "one rung",
          "video": { "rungs": [
            { "name": "480p", "width": 720, "height": 480, "maxBitrate": 8000000, "crf": 10, "preset": "ultrafast", "encoderOptions": [], "threads": 1 } ] } }
        """;
}
