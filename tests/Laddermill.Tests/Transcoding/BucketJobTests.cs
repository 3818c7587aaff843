using System.Text.Json.Nodes;
using Laddermill.Jobs;
using Laddermill.Media;
using Laddermill.Storage;
using Laddermill.Storage.FileSystem;
using Laddermill.Tests.Storage;
using Laddermill.Transcoding;

namespace Laddermill.Tests.Transcoding;

/// <summary>Jobs whose source and destination lie in buckets, which ffmpeg cannot open by itself.</summary>
public sealed class BucketJobTests(TestMedia media)
{
    private const int Minutes = 60_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory(Timeout = 5 * Minutes)]
    [InlineData("index at the end.mp4", "")]
    [InlineData("index at the head.mp4", "-movflags +faststart")]
    [InlineData("100% ?query #part+.mkv", "")]
    public async Task A_bucket_gives_the_same_media_as_a_folder(string name, string options)
    {
        var clip = await ClipAsync(name, options);
        var local = await Published.MakeAsync(media, clip);
        var uploads = Uploads(clip, $"films/{name}");

        var result = await RunAsync($"s3://uploads/films/{name}", uploads);

        Assert.Equal($"films/{name}", result.Job.Output.Name);
        var made = Path.Join(result.Root, result.Job.Output.Name, result.Job.Revision);
        var expected = MediaIn(Path.Join(local.Folder, local.Result.Revision));
        Assert.NotEmpty(expected);
        Assert.Equal(expected, MediaIn(made));
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task A_store_that_fails_a_fifth_of_the_time_while_the_source_is_read_changes_nothing()
    {
        var clip = await ClipAsync("film.mp4", "");
        var local = await Published.MakeAsync(media, clip);

        var result = await RunAsync(
            "s3://uploads/film.mp4",
            new FaultyStore(Uploads(clip, "film.mp4"), 0.2, seed: 3) { Faultless = 1 }
        );

        var made = Path.Join(result.Root, result.Job.Output.Name, result.Job.Revision);
        Assert.Equal(MediaIn(Path.Join(local.Folder, local.Result.Revision)), MediaIn(made));
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task A_source_that_is_replaced_while_it_is_read_is_told_and_nothing_is_published()
    {
        var clip = await ClipAsync("film.mp4", "");
        var uploads = Uploads(clip, "film.mp4");
        var looked = 0;
        var changing = new FaultyStore(uploads, 0)
        {
            // After the probe has seen the first version, the encoders see the second.
            Reading = _ =>
            {
                if (Interlocked.Increment(ref looked) == 2)
                {
                    File.AppendAllText(
                        Path.Join(uploads.Name["file://".Length..], "film.mp4"),
                        "x"
                    );
                }
            },
        };
        var root = media.NewFolder();

        var rejection = await Assert.ThrowsAsync<RejectedException>(() =>
            RunAsync("s3://uploads/film.mp4", changing, root)
        );

        Assert.Equal(RejectionCode.SourceChanged.Word, rejection.Code);
        Assert.DoesNotContain(
            Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories),
            file => Path.GetExtension(file) is ".m3u8" or ".mpd"
        );
    }

    [Fact(Timeout = Minutes)]
    public async Task A_playlist_in_disguise_is_refused_from_a_bucket_too()
    {
        var file = Path.Join(media.NewFolder(), "film.mp4");
        await File.WriteAllTextAsync(file, "#EXTM3U\n#EXTINF:1,\nother.ts\n", Cancellation);

        var rejection = await Assert.ThrowsAsync<RejectedException>(() =>
            RunAsync("s3://uploads/film.mp4", Uploads(file, "film.mp4"))
        );

        Assert.Equal(RejectionCode.HostilePlaylist.Word, rejection.Code);
    }

    [Fact(Timeout = Minutes)]
    public async Task A_name_that_leaves_no_room_for_what_is_made_of_it_is_refused()
    {
        var key = string.Concat(Enumerable.Repeat("films/", 155)) + "film.mp4";
        var clip = await media.VideoAsync();

        var rejection = await Assert.ThrowsAsync<RejectedException>(() =>
            RunAsync("s3://uploads/" + key, Uploads(clip, key))
        );

        Assert.Equal(RejectionCode.NameTooLong.Word, rejection.Code);
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task Subtitles_beside_an_object_are_its_own_and_their_change_is_another_job()
    {
        var uploads = Uploads(await media.VideoAsync(), "films/film.mp4");
        var folder = Path.Join(uploads.Name["file://".Length..], "films");
        Directory.CreateDirectory(Path.Join(folder, "film.de"));
        await File.WriteAllTextAsync(Path.Join(folder, "film.de", "x.srt"), "x", Cancellation);
        var sidecar = Path.Join(folder, "film.en.srt");
        await File.WriteAllTextAsync(sidecar, "00:00:00,500 --> 00:00:01,000\nHello", Cancellation);

        var (root, first) = await RunAsync("s3://uploads/films/film.mp4", uploads);
        await File.WriteAllTextAsync(sidecar, "00:00:00,500 --> 00:00:01,000\nBye", Cancellation);
        var (_, second) = await RunAsync("s3://uploads/films/film.mp4", uploads, root);

        var made = Path.Join(root, "films/film.mp4", second.Revision);
        Assert.Equal(
            ["subtitles-eng"],
            Directory.GetDirectories(made, "subtitles-*").Select(Path.GetFileName)
        );
        Assert.EndsWith(
            "\nBye\n",
            await File.ReadAllTextAsync(
                Path.Join(made, "subtitles-eng", "subtitles.vtt"),
                Cancellation
            ),
            StringComparison.Ordinal
        );
        Assert.NotEqual(first.Job, second.Job);
    }

    private Task<string> ClipAsync(string name, string options) =>
        media.ClipAsync(
            name,
            [
                .. "-f lavfi -i testsrc2=size=320x180:rate=25:duration=14 -f lavfi -i sine=frequency=440:duration=14".Split(
                    ' '
                ),
                .. "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -b:v 4M -minrate 4M -maxrate 4M -bufsize 1M -nal-hrd cbr -c:a aac".Split(
                    ' '
                ),
                .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            ]
        );

    private FileSystemObjectStore Uploads(string file, string key)
    {
        var path = Path.Join(media.NewFolder(), key);
        var root = path[..^(key.Length + 1)];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Copy(file, path);
        return new FileSystemObjectStore(root);
    }

    /// <summary>To a job it is a bucket; here it is a folder, so that what lies in it can be looked at.</summary>
    private async Task<(string Root, JobResult Job)> RunAsync(
        string source,
        IObjectStore uploads,
        string? root = null
    )
    {
        root ??= media.NewFolder();
        var streams = new FileSystemObjectStore(root);
        var request = await JobRequest.OpenAsync(
            new JobDocument
            {
                Source = source,
                Destination = "s3://streams",
                Profile = JsonNode.Parse(Published.SmallProfile),
            },
            root,
            TimeProvider.System,
            Cancellation,
            location => location.Bucket == "uploads" ? uploads : streams
        );
        var job = new TranscodeJob(TimeProvider.System);
        return (root, await job.RunAsync(request, null, Cancellation));
    }

    private static List<(string, string)> MediaIn(string folder) =>
        [
            .. Directory
                .EnumerateFiles(folder, "*.m*4*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Select(file =>
                    (
                        Path.GetRelativePath(folder, file),
                        Convert.ToHexString(
                            System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file))
                        )
                    )
                ),
        ];
}
