using System.Text;
using Laddermill.Jobs;
using Laddermill.Ladders;
using Laddermill.Transcoding;

namespace Laddermill.Tests.Transcoding;

/// <summary>Jobs that also make MPEG-TS, played from <c>master-ts.m3u8</c> as an old device would.</summary>
public sealed class TransportStreamTests(TestMedia media)
{
    private const int Minutes = 60_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 5 * Minutes)]
    public async Task Every_variant_shows_what_CMAF_shows_and_ffmpeg_has_nothing_to_say()
    {
        var source = await media.ClipAsync(
            "two-tongues.mkv",
            [
                .. "-f lavfi -i testsrc2=size=320x180:rate=30000/1001:duration=14 -f lavfi -i sine=duration=14:frequency=300".Split(
                    ' '
                ),
                .. "-f lavfi -i sine=duration=14:frequency=900 -map 0 -map 1 -map 2 -c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac".Split(
                    ' '
                ),
                .. "-metadata:s:a:0 language=eng -metadata:s:a:1 language=ger -disposition:a:0 default".Split(
                    ' '
                ),
            ]
        );
        var output = await Published.MakeAsync(media, source, segments: "ts");

        var (name, revision) = (output.Result.Output.Name, output.Result.Revision);
        Assert.Equal(
            new[]
            {
                $"{name}/master-ts.m3u8",
                $"{name}/{revision}/ts-audio-ger-2ch/00000.ts",
                $"{name}/{revision}/ts-audio-ger-2ch/00001.ts",
                $"{name}/{revision}/ts-audio-ger-2ch/00002.ts",
                $"{name}/{revision}/ts-audio-ger-2ch/playlist.m3u8",
                $"{name}/{revision}/ts-video-180p/00000.ts",
                $"{name}/{revision}/ts-video-180p/00001.ts",
                $"{name}/{revision}/ts-video-180p/00002.ts",
                $"{name}/{revision}/ts-video-180p/iframes.m3u8",
                $"{name}/{revision}/ts-video-180p/playlist.m3u8",
                $"{name}/{revision}/ts-video-90p/00000.ts",
                $"{name}/{revision}/ts-video-90p/00001.ts",
                $"{name}/{revision}/ts-video-90p/00002.ts",
                $"{name}/{revision}/ts-video-90p/iframes.m3u8",
                $"{name}/{revision}/ts-video-90p/playlist.m3u8",
            }.Order(StringComparer.Ordinal),
            output.Files.Where(file =>
                file.Contains("ts-", StringComparison.Ordinal)
                || file.EndsWith("-ts.m3u8", StringComparison.Ordinal)
            )
        );
        foreach (var rung in new[] { "180p", "90p" })
        {
            var (cmaf, transport) = (
                Path.Join(output.Rendition($"video-{rung}"), "playlist.m3u8"),
                Path.Join(output.Rendition($"ts-video-{rung}"), "playlist.m3u8")
            );
            Assert.Equal(
                await PicturesAsync(cmaf, "error"),
                await PicturesAsync(transport, "warning")
            );
            Assert.Equal(
                await SoundAsync(Path.Join(output.Rendition("audio-eng-2ch"), "playlist.m3u8")),
                await SoundAsync(transport)
            );
        }
        Assert.Equal(
            await SoundAsync(Path.Join(output.Rendition("audio-ger-2ch"), "playlist.m3u8")),
            await SoundAsync(Path.Join(output.Rendition("ts-audio-ger-2ch"), "playlist.m3u8"))
        );
        var frames = output.PlannedFrames;
        Assert.Equal([frames, frames], await Published.CountFramesAsync(output.TransportMaster, 2));
        Assert.Contains(
            output.Report["renditions"]!.AsArray(),
            rendition => (string?)rendition!["name"] == "ts-video-90p"
        );
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task Picture_and_sound_are_as_far_in_step_as_in_CMAF()
    {
        var source = await media.ClipAsync(
            "flash.mp4",
            [
                .. "-f lavfi -i color=black:size=320x180:rate=25:duration=13".Split(' '),
                .. "-f lavfi -i aevalsrc=exprs='lt(mod(t\\,2)\\,0.1)*sin(2*PI*1000*t)':s=48000:d=13".Split(
                    ' '
                ),
                "-vf",
                "drawbox=color=white:t=fill:enable='lt(mod(t,2),0.099)'",
                .. "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac".Split(' '),
            ]
        );
        var output = await Published.MakeAsync(media, source, segments: "ts");
        var cmaf = await Published.FlashesAndBeepsAsync(output.Master, 0, 25);
        var transport = await Published.FlashesAndBeepsAsync(output.TransportMaster, 0, 25);
        Assert.Equal(7, cmaf.Flashes.Count);
        Assert.Equal(cmaf.Flashes, transport.Flashes);
        Assert.Equal(cmaf.Beeps, transport.Beeps);
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task A_job_that_was_cut_short_goes_on_with_the_same_bytes()
    {
        var source = await media.VideoAsync(seconds: 30);
        var whole = await Published.MakeAsync(media, source, segments: "ts");
        var destination = media.NewFolder();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Published.MakeAsync(
                media,
                source,
                destination: destination,
                segments: "ts",
                cancellation: cancel.Token,
                progress: progress =>
                {
                    if (progress.Fraction > 0.6)
                    {
                        cancel.Cancel();
                    }
                }
            )
        );
        Assert.False(File.Exists(Path.Join(destination, "master-ts.m3u8")));
        var again = await Published.MakeAsync(
            media,
            source,
            destination: destination,
            segments: "ts"
        );
        foreach (var rung in new[] { "ts-video-180p", "ts-video-90p" })
        {
            Assert.Equal(5, Directory.GetFiles(whole.Rendition(rung), "*.ts").Length);
            foreach (var file in Directory.GetFiles(whole.Rendition(rung)))
            {
                Assert.Equal(
                    await File.ReadAllBytesAsync(file, Cancellation),
                    await File.ReadAllBytesAsync(
                        Path.Join(again.Rendition(rung), Path.GetFileName(file)),
                        Cancellation
                    )
                );
            }
        }
        // Once more without: viewers must not see another version of the film in one playlist than in the others.
        await Published.MakeAsync(media, source, destination: destination);
        Assert.False(File.Exists(again.TransportMaster));
        Assert.True(File.Exists(again.Master));
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task Sound_alone_becomes_a_transport_stream_of_sound()
    {
        var source = await media.ClipAsync(
            "tone-ts.m4a",
            [.. "-f lavfi -i sine=duration=15 -c:a aac".Split(' ')]
        );
        var output = await Published.MakeAsync(media, source, segments: "ts");
        Assert.Equal(
            await SoundAsync(Path.Join(output.Rendition("audio-und-2ch"), "playlist.m3u8")),
            await SoundAsync(output.TransportMaster)
        );
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task A_film_of_one_picture_is_a_transport_stream_too()
    {
        var source = await media.ClipAsync(
            "one.mp4",
            [
                .. "-f lavfi -i testsrc2=size=320x180:rate=25 -frames:v 1 -c:v libx264 -pix_fmt yuv420p".Split(
                    ' '
                ),
            ]
        );
        var output = await Published.MakeAsync(media, source, segments: "ts");
        Assert.Equal([1, 1], await Published.CountFramesAsync(output.TransportMaster, 2));
    }

    [Fact(Timeout = Minutes)]
    public async Task Only_HLS_can_have_transport_streams()
    {
        var document = new JobDocument
        {
            Source = Path.Join(TestMedia.Assets, "no-such.mp4"),
            Destination = media.NewFolder(),
            Protocols = ["dash"],
            Segments = "ts",
        };
        Assert.Contains(
            "MPEG-TS segments are for HLS",
            await RefusalOf(document),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "\"webm\"",
            await RefusalOf(document with { Segments = "webm" }),
            StringComparison.Ordinal
        );

        static async Task<string> RefusalOf(JobDocument document)
        {
            var refusal = await Assert.ThrowsAsync<ArgumentException>(() =>
                JobRequest.OpenAsync(document, "/", TimeProvider.System, Cancellation)
            );
            return refusal.Message;
        }
    }

    [Fact]
    public void The_profile_field_may_be_left_out_and_then_changes_no_job_id()
    {
        var plain = Profiles.Load("default");
        Assert.False(plain.Segments.TransportStream);
        Assert.DoesNotContain(
            "transportStream",
            Profiles.Canonical(plain),
            StringComparison.Ordinal
        );
        var asked = Profiles.Parse(
            """{ "p": { "extends": "default", "segments": { "transportStream": true } } }""",
            "f.json"
        );
        Assert.Contains(
            "\"transportStream\":true",
            Profiles.Canonical(asked),
            StringComparison.Ordinal
        );
    }

    private static async Task<string> PicturesAsync(string playlist, string level) =>
        Encoding.ASCII.GetString(
            await Published.FfmpegAsync([
                "-v",
                level,
                "-allowed_extensions",
                "ALL",
                "-i",
                playlist,
                .. "-map 0:v -fps_mode passthrough -c:v rawvideo -f md5 pipe:1".Split(' '),
            ])
        );

    private static async Task<string> SoundAsync(string playlist) =>
        Encoding.ASCII.GetString(
            await Published.FfmpegAsync([
                "-v",
                "warning",
                "-allowed_extensions",
                "ALL",
                "-i",
                playlist,
                .. "-map 0:a:0 -c:a pcm_s16le -f md5 pipe:1".Split(' '),
            ])
        );
}
