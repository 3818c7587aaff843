namespace Laddermill.Tests.Transcoding;

/// <summary>Frames, seams and sync: what is published is the source, frame for frame and sample for sample.</summary>
public sealed class JoiningTests(TestMedia media)
{
    private const int Minutes = 60_000;

    [Theory(Timeout = 5 * Minutes)]
    [InlineData("24", 312)]
    [InlineData("25", 325)]
    [InlineData("30000/1001", 390)]
    [InlineData("30", 390)]
    [InlineData("50", 650)]
    [InlineData("60000/1001", 780)]
    public async Task Every_frame_is_published_once_on_the_same_grid_in_all_renditions(
        string rate,
        int frames
    )
    {
        var output = await Published.MakeAsync(
            media,
            await media.VideoAsync(rate: rate, seconds: 13)
        );

        Assert.Equal(frames, output.PlannedFrames);
        Assert.Equal([frames, frames], await Published.CountFramesAsync(output.Master, 2));
        Assert.Equal([frames, frames], await Published.CountFramesAsync(output.Manifest, 2));

        var boundaries = output.Report["plan"]!["grid"]!["boundaries"]!
            .AsArray()
            .Select(boundary => (long)boundary!)
            .ToList();
        var top = await output.FragmentsAsync("video-180p");
        Assert.Equal(top, await output.FragmentsAsync("video-90p"));
        Assert.All(top, fragment => Assert.True(fragment.IsSync));
        Assert.All(
            boundaries[..^1],
            boundary => Assert.Contains(top, fragment => fragment.Start == boundary)
        );
        Assert.All(
            top.Zip(top.Skip(1)),
            pair => Assert.Equal(pair.First.Start + pair.First.Duration, pair.Second.Start)
        );
        Assert.Equal(boundaries[^1], top[^1].Start + top[^1].Duration);
    }

    // Where a cap bites, an encoder of several threads makes other bytes each time.
    [Fact(Timeout = 5 * Minutes)]
    public async Task A_job_that_is_done_again_keeps_the_segments_that_lie_there_and_makes_damaged_ones_again()
    {
        var source = await media.VideoAsync(seconds: 13);
        var first = await Published.MakeAsync(media, source, destination: media.NewFolder());
        var coarse = await Published.MakeAsync(
            media,
            source,
            Published.SmallProfile.Replace("\"crf\": 23", "\"crf\": 35", StringComparison.Ordinal)
        );
        var (segments, others) = (Segments(first), Segments(coarse));
        var made = segments.Select(File.ReadAllBytes).ToList();
        var kept = File.ReadAllBytes(others[0]);
        Assert.NotEqual(made[0], kept);
        File.WriteAllBytes(segments[0], kept);
        File.WriteAllBytes(segments[1], made[1][..^1]);
        // As if the worker had been killed before it noted anything down.
        Directory.Delete(Path.Join(Path.GetDirectoryName(first.Folder), ".laddermill"), true);
        foreach (var file in Directory.GetFiles(first.Folder))
        {
            File.Delete(file);
        }

        var again = await Published.MakeAsync(
            media,
            source,
            destination: Path.GetDirectoryName(first.Folder)
        );

        Assert.False(again.Result.WasDone);
        Assert.Equal(first.Result.Revision, again.Result.Revision);
        Assert.Equal([kept, made[1], made[2]], segments.Select(File.ReadAllBytes));
        Assert.Equal([325, 325], await Published.CountFramesAsync(again.Master, 2));

        static List<string> Segments(Published output) =>
            [
                .. Directory
                    .GetFiles(output.Rendition("video-180p"), "*.m4s")
                    .Order(StringComparer.Ordinal),
            ];
    }

    [Theory(Timeout = 5 * Minutes)]
    [InlineData("clip.mkv")]
    [InlineData("clip.ts")]
    public async Task Every_frame_is_published_once_whatever_the_container(string file)
    {
        var output = await Published.MakeAsync(
            media,
            await media.VideoAsync(file, rate: "30000/1001", seconds: 20)
        );

        Assert.Equal(600, output.PlannedFrames);
        Assert.Equal([600, 600], await Published.CountFramesAsync(output.Master, 2));
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task An_old_avi_is_decoded_in_one_go_and_loses_no_frame()
    {
        var source = await media.ClipAsync(
            "clip.avi",
            [
                .. "-f lavfi -i testsrc2=size=320x180:rate=30000/1001:duration=20 -c:v mpeg4 -pix_fmt yuv420p".Split(
                    ' '
                ),
            ]
        );

        var output = await Published.MakeAsync(media, source);

        Assert.Single(output.Report["plan"]!["ranges"]!.AsArray());
        Assert.Equal([600, 600], await Published.CountFramesAsync(output.Master, 2));
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task Ranges_encoded_apart_join_as_if_encoded_in_one_piece()
    {
        var source = await media.VideoAsync(seconds: 18);
        var onePiece = Published.SmallProfile.Replace(
            "\"segmentsPerRange\": 1",
            "\"segmentsPerRange\": 10",
            StringComparison.Ordinal
        );
        var (apart, whole) = (
            await Published.MakeAsync(media, source),
            await Published.MakeAsync(media, source, onePiece)
        );

        Assert.Equal(3, apart.Report["plan"]!["ranges"]!.AsArray().Count);
        Assert.Single(whole.Report["plan"]!["ranges"]!.AsArray());
        foreach (var rendition in (string[])["video-180p", "video-90p"])
        {
            Assert.Equal(
                File.ReadAllBytes(Path.Join(whole.Rendition(rendition), "init.mp4")),
                File.ReadAllBytes(Path.Join(apart.Rendition(rendition), "init.mp4"))
            );
            Assert.Equal(
                await whole.FragmentsAsync(rendition),
                await apart.FragmentsAsync(rendition)
            );
        }
        Assert.Equal([450, 450], await Published.CountFramesAsync(apart.Master, 2));

        // Around each seam the picture is as near to the source as in the run in one piece, within 0.01 SSIM.
        var (seams, plain) = (
            await apart.SimilarityAsync(source),
            await whole.SimilarityAsync(source)
        );
        Assert.Equal(450, seams.Count);
        Assert.All(
            (int[])[148, 149, 150, 151, 298, 299, 300, 301],
            frame => Assert.InRange(seams[frame], plain[frame] - 0.01, 1)
        );
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task A_flash_and_a_beep_stay_together_in_every_rendition()
    {
        var output = await Published.MakeAsync(media, await FlashAndBeepAsync());

        foreach (var playlist in (string[])[output.Master, output.Manifest])
        {
            for (var stream = 0; stream < 2; stream++)
            {
                var (flashes, beeps) = await Published.FlashesAndBeepsAsync(playlist, stream, 25);
                Assert.Equal([1, 3, 5, 7, 9, 11], flashes);
                Assert.Equal(6, beeps.Count);
                Assert.All(
                    flashes.Zip(beeps),
                    pair => Assert.InRange(pair.Second - pair.First, -0.004, 0.004)
                );
            }
        }
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task Sound_that_starts_late_stays_where_it_belongs()
    {
        var clip = await FlashAndBeepAsync();
        var late = await media.ClipAsync(
            "late.mkv",
            [
                .. $"-i {clip} -ss 0.6 -copyts -i {clip} -map 0:v -map 1:a -c:v copy -c:a pcm_s16le".Split(
                    ' '
                ),
            ]
        );

        var output = await Published.MakeAsync(media, late);

        var (flashes, beeps) = await Published.FlashesAndBeepsAsync(output.Master, 0, 25);
        Assert.Equal([1, 3, 5, 7, 9, 11], flashes);
        Assert.Equal(6, beeps.Count);
        Assert.All(
            flashes.Zip(beeps),
            pair => Assert.InRange(pair.Second - pair.First, -0.004, 0.004)
        );
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task Uneven_frames_become_a_steady_rate_over_every_seam()
    {
        // Nearly still for seven seconds, as screen recorders write it: one frame in 45.
        var source = await media.ClipAsync(
            "uneven.mp4",
            [
                .. "-f lavfi -i testsrc2=size=320x180:rate=30:duration=20".Split(' '),
                .. @"-vf select='lt(t\,5)+gt(t\,12)+not(mod(n\,45))' -fps_mode vfr -c:v libx264 -preset ultrafast -pix_fmt yuv420p".Split(
                    ' '
                ),
            ]
        );

        var output = await Published.MakeAsync(media, source);

        Assert.Equal(600, output.PlannedFrames);
        Assert.Equal([600, 600], await Published.CountFramesAsync(output.Master, 2));
        // The clock in the test picture goes on over the still part: the last frame is the source's last.
        Assert.InRange((await output.SimilarityAsync(source))[^1], 0.9, 1);
    }

    private Task<string> FlashAndBeepAsync() =>
        media.ClipAsync(
            "sync.mov",
            [
                "-f",
                "lavfi",
                "-i",
                @"color=black:s=320x180:r=25:d=13,geq=lum='if(lt(mod(T-1\,2)\,0.2)*gte(T\,1)\,235\,16)':cb=128:cr=128",
                "-f",
                "lavfi",
                "-i",
                @"aevalsrc='if(lt(mod(t-1\,2)\,0.2)*gte(t\,1)\,0.8*sin(2*PI*1000*t)\,0)':s=48000:d=13",
                .. "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a pcm_s16le".Split(' '),
            ]
        );
}
