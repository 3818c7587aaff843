using Laddermill.Media;
using Laddermill.Storage;

namespace Laddermill.Tests.Transcoding;

/// <summary>Whole jobs on real clips: what they leave behind when they end well, badly or not at all.</summary>
public sealed class TranscodeJobTests(TestMedia media)
{
    private const int Minutes = 60_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 5 * Minutes)]
    public async Task What_lies_in_the_destination_is_what_is_documented()
    {
        var output = await Published.MakeAsync(media, await media.VideoAsync(seconds: 8));

        var (name, revision) = (output.Result.Output.Name, output.Result.Revision);
        string[] expected =
        [
            $".laddermill/jobs/{output.Result.Job}.json",
            $"{name}/dash.mpd",
            $"{name}/job.json",
            $"{name}/master.m3u8",
            $"{name}/{revision}/audio-und-2ch/00000.m4s",
            $"{name}/{revision}/audio-und-2ch/00001.m4s",
            $"{name}/{revision}/audio-und-2ch/init.mp4",
            $"{name}/{revision}/audio-und-2ch/playlist.m3u8",
            $"{name}/{revision}/verify.json",
            $"{name}/{revision}/video-180p/00000.m4s",
            $"{name}/{revision}/video-180p/00001.m4s",
            $"{name}/{revision}/video-180p/iframes.m3u8",
            $"{name}/{revision}/video-180p/init.mp4",
            $"{name}/{revision}/video-180p/playlist.m3u8",
            $"{name}/{revision}/video-90p/00000.m4s",
            $"{name}/{revision}/video-90p/00001.m4s",
            $"{name}/{revision}/video-90p/iframes.m3u8",
            $"{name}/{revision}/video-90p/init.mp4",
            $"{name}/{revision}/video-90p/playlist.m3u8",
            $"thumbnails/{name}_thumb.png",
        ];
        Assert.Equal(expected.Order(StringComparer.Ordinal), output.Files);
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task What_was_published_and_then_deleted_by_hand_is_made_again()
    {
        var source = await media.VideoAsync();
        var first = await Published.MakeAsync(media, source);
        Directory.Delete(first.Folder, recursive: true);

        var again = await Published.MakeAsync(
            media,
            source,
            destination: Path.GetDirectoryName(first.Folder)
        );

        Assert.False(again.Result.WasDone);
        Assert.Equal(first.Files, again.Files);
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task A_job_that_is_done_is_not_done_again_unless_forced()
    {
        var source = await media.VideoAsync();
        var first = await Published.MakeAsync(media, source);
        var destination = Path.GetDirectoryName(first.Folder);
        var again = await Published.MakeAsync(media, source, destination: destination);
        var forced = await Published.MakeAsync(
            media,
            source,
            destination: destination,
            force: true
        );

        Assert.True(again.Result.WasDone);
        Assert.Equal(
            (first.Result.Job, first.Result.Revision),
            (again.Result.Job, again.Result.Revision)
        );
        Assert.False(forced.Result.WasDone);
        Assert.Equal(first.Result.Job, forced.Result.Job);
        Assert.NotEqual(first.Result.Revision, forced.Result.Revision);
        Assert.Contains(
            forced.Result.Revision,
            await File.ReadAllTextAsync(forced.Master, Cancellation),
            StringComparison.Ordinal
        );
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task A_cancelled_job_leaves_no_playlist_and_the_next_run_goes_on_from_its_ranges()
    {
        var source = await media.VideoAsync(seconds: 30);
        var destination = media.NewFolder();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Published.MakeAsync(
                media,
                source,
                destination: destination,
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
        Assert.DoesNotContain(
            Directory.EnumerateFiles(destination, "*", SearchOption.AllDirectories),
            file => Path.GetExtension(file) is ".m3u8" or ".mpd"
        );

        var adopted = 0.0;
        var output = await Published.MakeAsync(
            media,
            source,
            destination: destination,
            progress: progress =>
                adopted = progress is { Phase: "encode", Speed: null } ? progress.Fraction : adopted
        );
        Assert.True(adopted > 0);
        Assert.Equal([750, 750], await Published.CountFramesAsync(output.Master, 2));
        Assert.DoesNotContain(
            output.Files,
            file => file.Contains("pieces", StringComparison.Ordinal)
        );
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task A_file_that_breaks_off_is_published_with_a_warning_or_refused_by_how_much_is_missing()
    {
        // The index in front promises everything; the media behind it is cut.
        var whole = await media.ClipAsync(
            "whole.mp4",
            [
                .. "-f lavfi -i testsrc2=size=320x180:rate=25:duration=60 -c:v libx264 -preset ultrafast".Split(
                    ' '
                ),
                .. "-b:v 400k -maxrate 400k -minrate 400k -bufsize 400k -g 25 -pix_fmt yuv420p -movflags +faststart".Split(
                    ' '
                ),
            ]
        );
        var bytes = await File.ReadAllBytesAsync(whole, Cancellation);
        var (nearly, half) = (
            Path.Join(media.NewFolder(), "nearly.mp4"),
            Path.Join(media.NewFolder(), "half.mp4")
        );
        await File.WriteAllBytesAsync(nearly, bytes[..(int)(bytes.Length * 0.975)], Cancellation);
        await File.WriteAllBytesAsync(half, bytes[..(bytes.Length / 2)], Cancellation);

        var output = await Published.MakeAsync(media, nearly);
        Assert.InRange(output.PlannedFrames, 1426, 1485);
        Assert.Contains(
            "breaks off or is damaged",
            (string?)output.Report["warnings"]![0],
            StringComparison.Ordinal
        );
        Assert.Equal(
            [output.PlannedFrames, output.PlannedFrames],
            await Published.CountFramesAsync(output.Master, 2)
        );

        var rejection = await Assert.ThrowsAsync<RejectedException>(() =>
            Published.MakeAsync(media, half)
        );
        Assert.Equal("truncated", rejection.Code);
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task Sound_alone_is_published_as_sound_alone()
    {
        var source = await media.ClipAsync(
            "tone.m4a",
            [.. "-f lavfi -i sine=duration=15 -c:a aac".Split(' ')]
        );

        var output = await Published.MakeAsync(media, source);

        Assert.DoesNotContain(
            "RESOLUTION",
            await File.ReadAllTextAsync(output.Master, Cancellation),
            StringComparison.Ordinal
        );
        var samples = await Published.FfmpegAsync([
            "-allowed_extensions",
            "ALL",
            "-i",
            output.Master,
            "-ac",
            "1",
            "-f",
            "s16le",
            "pipe:1",
        ]);
        Assert.InRange(samples.Length / 2 / 48_000.0, 15, 15.03);
        Assert.DoesNotContain(
            output.Files,
            file => file.Contains("thumbnails", StringComparison.Ordinal)
        );
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task A_picture_without_sound_is_published_without_sound()
    {
        var source = await media.ClipAsync(
            "silent.mp4",
            [
                .. "-f lavfi -i testsrc2=size=320x180:rate=25:duration=3 -c:v libx264 -preset ultrafast -pix_fmt yuv420p".Split(
                    ' '
                ),
            ]
        );

        var output = await Published.MakeAsync(media, source);

        Assert.DoesNotContain(
            "AUDIO",
            await File.ReadAllTextAsync(output.Master, Cancellation),
            StringComparison.Ordinal
        );
        Assert.Equal([75, 75], await Published.CountFramesAsync(output.Master, 2));
    }

    [Fact(Timeout = Minutes)]
    public async Task A_rejected_source_is_remembered_and_not_read_again()
    {
        var (text, destination) = (Path.Join(media.NewFolder(), "letter.mp4"), media.NewFolder());
        await File.WriteAllTextAsync(text, "Dear Sir or Madam", Cancellation);

        var first = await Assert.ThrowsAsync<RejectedException>(() =>
            Published.MakeAsync(media, text, destination: destination)
        );
        var second = await Assert.ThrowsAsync<RejectedException>(() =>
            Published.MakeAsync(media, text, destination: destination)
        );

        Assert.Equal("not-media", first.Code);
        Assert.Equal((first.Code, first.Message), (second.Code, second.Message));
        Assert.Single(Directory.EnumerateFiles(destination, "*", SearchOption.AllDirectories));
    }

    [Fact(Timeout = Minutes)]
    public async Task A_destination_that_cannot_be_written_is_told_in_one_sentence()
    {
        var file = Path.Join(media.NewFolder(), "file");
        await File.WriteAllTextAsync(file, "", Cancellation);
        var source = await media.VideoAsync();

        var failure = await Assert.ThrowsAnyAsync<StoreException>(() =>
            Published.MakeAsync(media, source, destination: Path.Join(file, "out"))
        );

        Assert.Contains(file, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }
}
