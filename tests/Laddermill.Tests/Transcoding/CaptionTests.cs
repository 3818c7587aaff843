using Laddermill.Ffmpeg;
using Laddermill.Ladders;

namespace Laddermill.Tests.Transcoding;

/// <summary>Captions inside the pictures: kept, letter by letter, and declared.</summary>
public sealed class CaptionTests(TestMedia media)
{
    private const int Minutes = 60_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 5 * Minutes)]
    public async Task Captions_are_kept_across_the_seams_of_ranges_and_declared()
    {
        // Segments have 180 frames: the second text is loaded on both sides of a seam.
        var source = await CaptionClip.MakeAsync(
            media,
            225,
            ("HELLO WORLD", 60, 90),
            ("ON BOTH SIDES OF A SEAM", 186, 210)
        );

        var output = await Published.MakeAsync(media, source);

        var expected = await CaptionClip.ReadAsync(source);
        Assert.Contains("HELLO WORLD", expected, StringComparison.Ordinal);
        Assert.Contains("ON BOTH SIDES OF A SEAM", expected, StringComparison.Ordinal);
        foreach (var rendition in new[] { "video-180p", "video-90p" })
        {
            Assert.Equal(
                expected,
                await CaptionClip.ReadAsync(await JoinedAsync(output, rendition))
            );
        }
        var master = await File.ReadAllTextAsync(output.Master, Cancellation);
        Assert.Contains(
            "#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID=\"cc\",LANGUAGE=\"und\",NAME=\"Closed captions\",DEFAULT=NO,AUTOSELECT=YES,INSTREAM-ID=\"CC1\"",
            master,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("CLOSED-CAPTIONS=NONE", master, StringComparison.Ordinal);
        Assert.Contains(
            "<Accessibility schemeIdUri=\"urn:scte:dash:cc:cea-608:2015\" value=\"CC1=und\" />",
            await File.ReadAllTextAsync(output.Manifest, Cancellation),
            StringComparison.Ordinal
        );
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task Captions_of_dropped_frames_would_be_garbled_and_are_left_out()
    {
        var source = await CaptionClip.MakeAsync(media, 100, ("HELLO WORLD", 60, 90));
        var profile = Published.SmallProfile.Replace(
            "\"rungs\"",
            "\"maxFrameRate\": 24, \"rungs\"",
            StringComparison.Ordinal
        );

        var output = await Published.MakeAsync(media, source, profile);

        Assert.Empty(await CaptionClip.ReadAsync(await JoinedAsync(output, "video-180p")));
        Assert.Contains(
            "CLOSED-CAPTIONS=NONE",
            await File.ReadAllTextAsync(output.Master, Cancellation),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "left out",
            output.Report["plan"]!["decisions"]!
                .AsArray()
                .Select(decision => $"{decision!["subject"]}: {decision["reason"]}")
                .Single(text => text.StartsWith("closed captions", StringComparison.Ordinal)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Of_two_frames_that_come_of_two_fields_one_has_the_captions()
    {
        var source = Sources.Video(rate: "30000/1001") with
        {
            FieldOrder = "tt",
            HasClosedCaptions = true,
        };
        var plan = Planner.Make(
            Sources.File(source, Sources.Audio(language: "ger")),
            null,
            Profiles.Load("default")
        );

        Assert.Equal(new ClosedCaptions("CC1", "de", "German (CC)"), plan.Video!.Captions);
        Assert.Contains(
            "sidedata=mode=delete:type=A53_CC:enable='mod(n,2)',fps=60000/1001",
            PictureFilters.For(plan.Video, plan.Ranges[0]),
            StringComparison.Ordinal
        );
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task Captions_of_a_real_film_are_kept()
    {
        var source = TestMedia.CorpusFile("ax_cea608_fragmented.mp4");

        var output = await Published.MakeAsync(media, source);

        Assert.Contains(
            "MUSIC",
            await CaptionClip.ReadAsync(await JoinedAsync(output, "video-180p")),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "INSTREAM-ID=\"CC1\"",
            await File.ReadAllTextAsync(output.Master, Cancellation),
            StringComparison.Ordinal
        );
    }

    private async Task<string> JoinedAsync(Published output, string rendition)
    {
        var path = Path.Join(media.NewFolder(), "joined.mp4");
        var folder = output.Rendition(rendition);
        await using var file = File.Create(path);
        foreach (
            var part in Directory
                .GetFiles(folder, "*.m4s")
                .Order(StringComparer.Ordinal)
                .Prepend(Path.Join(folder, "init.mp4"))
        )
        {
            await file.WriteAsync(await File.ReadAllBytesAsync(part, Cancellation), Cancellation);
        }
        return path;
    }
}
