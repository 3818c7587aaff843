using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Laddermill.Media;
using Laddermill.Storage.FileSystem;
using Laddermill.Transcoding;

namespace Laddermill.Tests.Transcoding;

/// <summary>Films that are shown while they are being made.</summary>
public sealed partial class EarlyFilmTests(TestMedia media)
{
    private const int Minutes = 60_000;

    private readonly string root = media.NewFolder();
    private readonly Lock copying = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 5 * Minutes)]
    public async Task Playlists_appear_with_the_first_segments_grow_and_become_whole_at_the_end()
    {
        var source = await media.VideoAsync("film.mp4", seconds: 30);
        var looks = new ConcurrentQueue<Look>();
        var addresses = new ConcurrentBag<string>();

        var output = await Published.MakeAsync(
            media,
            source,
            destination: root,
            progress: progress =>
            {
                if (progress.Playable is { } address)
                {
                    addresses.Add(address);
                    looks.Enqueue(Look.At(Path.Join(root, "film.mp4")));
                }
            }
        );

        Assert.Equal([$"file://{root}/film.mp4/master.m3u8"], addresses.Distinct());
        var growing = looks.Where(look => !look.HasEnded).ToList();
        Assert.NotEmpty(growing);
        Assert.InRange(growing[0].Segments.Values.Max(), 1, 4);
        Assert.All(
            growing,
            look =>
            {
                Assert.Equal("EVENT", look.Type);
                Assert.False(look.HasManifest);
                Assert.All(look.Segments.Values, count => Assert.True(count > 0));
                // The caps of both rungs and of the sound, as nobody has measured yet.
                Assert.Equal([328_000, 528_000], look.Bandwidths);
            }
        );
        Assert.All(
            looks.Zip(looks.Skip(1)),
            pair =>
                Assert.All(
                    pair.First.Segments,
                    each => Assert.True(pair.Second.Segments[each.Key] >= each.Value, each.Key)
                )
        );
        var end = Look.At(output.Folder);
        Assert.Equal(("VOD", true, true), (end.Type, end.HasEnded, end.HasManifest));
        Assert.NotEqual([328_000, 528_000], end.Bandwidths);
        var timings = output.Report["timings"]!;
        Assert.InRange(
            (double)timings["playable"]!,
            0,
            (double)timings["plan"]! + (double)timings["encode"]!
        );
        Assert.Equal([750, 750], await Published.CountFramesAsync(output.Master, 2));
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task Who_watches_an_older_revision_stays_with_it_until_the_new_one_is_complete()
    {
        var source = await media.VideoAsync(seconds: 20);
        var first = await Published.MakeAsync(media, source, destination: root);
        var texts = new ConcurrentBag<string>();

        var second = await Published.MakeAsync(
            media,
            source,
            destination: root,
            force: true,
            progress: progress =>
            {
                if (progress.Phase == "encode")
                {
                    texts.Add(File.ReadAllText(first.Master));
                }
            }
        );

        Assert.NotEmpty(texts);
        Assert.All(
            texts,
            text => Assert.Contains(first.Result.Revision, text, StringComparison.Ordinal)
        );
        Assert.Contains(
            second.Result.Revision,
            await File.ReadAllTextAsync(first.Master, Cancellation),
            StringComparison.Ordinal
        );
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task A_cancelled_job_takes_its_playlists_away()
    {
        var source = await media.VideoAsync(seconds: 30);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var wasShown = false;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Published.MakeAsync(
                media,
                source,
                destination: root,
                cancellation: cancel.Token,
                progress: progress =>
                {
                    if (progress.Playable is not null)
                    {
                        wasShown |= Playlists().Count > 0;
                        cancel.Cancel();
                    }
                }
            )
        );

        Assert.True(wasShown);
        Assert.Empty(Playlists());
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task A_job_without_it_shows_nothing_before_the_end()
    {
        var seen = 0;
        var output = await Published.MakeAsync(
            media,
            await media.VideoAsync(seconds: 20),
            Published.SmallProfile.Replace(
                "\"segmentsPerRange\": 1",
                "\"segmentsPerRange\": 1, \"progressive\": false",
                StringComparison.Ordinal
            ),
            destination: root,
            progress: progress => seen += progress.Phase == "encode" ? Playlists().Count : 0
        );

        Assert.Equal(0, seen);
        Assert.True(File.Exists(output.Master));
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task What_a_killed_worker_has_shown_is_taken_away_by_a_sweep_or_completed_by_the_next_run()
    {
        var source = await media.VideoAsync("film.mp4", seconds: 30);
        var kept = media.NewFolder();
        // A copy of the destination in mid-job is what a killed worker leaves.
        await Published.MakeAsync(
            media,
            source,
            destination: root,
            progress: progress =>
            {
                if (progress.Playable is not null && progress.Phase == "encode")
                {
                    CopyOnce(root, kept);
                }
            }
        );
        var left = Look.At(Path.Join(kept, "film.mp4"));
        Assert.False(left.HasEnded);
        var swept = media.NewFolder();
        CopyOnce(kept, swept);
        var due = TimeProvider.System.GetUtcNow().AddMinutes(11);
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(due);

        var found = await new Sweeper(new FileSystemObjectStore(swept), "", clock).SweepAsync(
            Cancellation
        );

        // Nobody is left waiting; what is made stays for the next run.
        Assert.False(Assert.Single(found).IsRemoved);
        Assert.Empty(Playlists(swept));
        Assert.NotEmpty(Directory.GetFiles(swept, "*.m4s", SearchOption.AllDirectories));

        var shortest = int.MaxValue;
        var before = left.Segments.Values.Min();
        Directory.Delete(root, recursive: true);
        Directory.Move(kept, root);
        var output = await Published.MakeAsync(
            media,
            source,
            destination: root,
            progress: _ =>
                shortest = Math.Min(
                    shortest,
                    Look.At(Path.Join(root, "film.mp4")).Segments.Values.Min()
                )
        );
        Assert.True(shortest >= before, "A growing playlist got shorter.");
        Assert.False(output.Result.WasDone);
        Assert.True(Look.At(output.Folder).HasEnded);
        Assert.Equal([750, 750], await Published.CountFramesAsync(output.Master, 2));
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task A_source_that_is_refused_in_the_middle_takes_its_playlists_away()
    {
        var whole = await media.VideoAsync("film.mp4", seconds: 30);
        var broken = Path.Join(media.NewFolder(), "film.mp4");
        var bytes = await File.ReadAllBytesAsync(whole, Cancellation);
        // The index says what is there; the pictures of the second half are gone.
        var half = bytes.AsSpan(bytes.Length / 2, bytes.Length / 2 - 100_000);
        half.Clear();
        await File.WriteAllBytesAsync(broken, bytes, Cancellation);
        var wasShown = false;

        await Assert.ThrowsAsync<RejectedException>(() =>
            Published.MakeAsync(
                media,
                broken,
                destination: root,
                progress: progress => wasShown |= progress.Playable is not null
            )
        );

        Assert.True(wasShown);
        Assert.Empty(Playlists());
    }

    private List<string> Playlists(string? folder = null) =>
        [
            .. Directory
                .EnumerateFiles(folder ?? root, "*", SearchOption.AllDirectories)
                .Where(file => Path.GetExtension(file) is ".m3u8" or ".mpd"),
        ];

    private void CopyOnce(string from, string to)
    {
        // Encoders report side by side.
        lock (copying)
        {
            if (Directory.Exists(Path.Join(to, "film.mp4")))
            {
                return;
            }
            foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
            {
                var copy = Path.Join(to, Path.GetRelativePath(from, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                // Temporary names of puts come and go.
                if (File.Exists(file))
                {
                    File.Copy(file, copy);
                }
            }
        }
    }

    /// <summary>What a viewer finds who opens the film now; all files must be there.</summary>
    private sealed partial record Look(
        string Type,
        bool HasEnded,
        bool HasManifest,
        IReadOnlyList<int> Bandwidths,
        IReadOnlyDictionary<string, int> Segments
    )
    {
        public static Look At(string folder)
        {
            var master = File.ReadAllText(Path.Join(folder, "master.m3u8"));
            var playlists = Address()
                .Matches(master)
                .Select(match => match.Value)
                .ToDictionary(path => path, path => File.ReadAllText(Path.Join(folder, path)));
            foreach (var (path, text) in playlists)
            {
                foreach (var line in text.Split('\n').Where(line => line is [not '#', ..]))
                {
                    var file = new FileInfo(Path.Join(folder, Path.GetDirectoryName(path), line));
                    Assert.True(file is { Exists: true, Length: > 0 }, file.FullName);
                }
            }
            return new Look(
                playlists.Values.All(text => text.Contains("EVENT", StringComparison.Ordinal))
                    ? "EVENT"
                    : "VOD",
                playlists.Values.All(text =>
                    text.Contains("#EXT-X-ENDLIST", StringComparison.Ordinal)
                ),
                File.Exists(Path.Join(folder, "dash.mpd")),
                [
                    .. Bandwidth()
                        .Matches(master)
                        .Select(match =>
                            int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
                        )
                        .Order(),
                ],
                playlists.ToDictionary(
                    each => each.Key,
                    each => each.Value.Split("#EXTINF").Length - 1
                )
            );
        }

        [GeneratedRegex("[a-z2-7]{8}/[^\"\\n]+\\.m3u8")]
        private static partial Regex Address();

        [GeneratedRegex("STREAM-INF:BANDWIDTH=([0-9]+).*AUDIO=")]
        private static partial Regex Bandwidth();
    }
}
