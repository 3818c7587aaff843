using System.Text.Json.Nodes;
using Laddermill.Jobs;
using Laddermill.Storage;
using Laddermill.Storage.FileSystem;
using Laddermill.Tests.Cli;
using Laddermill.Transcoding;
using Microsoft.Extensions.Time.Testing;

namespace Laddermill.Tests.Transcoding;

/// <summary>What becomes of revisions that are not, or not any more, shown.</summary>
public sealed class SweeperTests(TestMedia media)
{
    private const int Minutes = 60_000;
    private const string Old = "aaaaaaaa";
    private const string New = "bbbbbbbb";

    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly string root = media.NewFolder();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private FileSystemObjectStore Store => new(root);

    [Fact(Timeout = 5 * Minutes)]
    public async Task A_replaced_revision_stays_for_its_viewers_and_goes_when_it_is_due()
    {
        var source = await media.VideoAsync();
        var first = await Published.MakeAsync(media, source, destination: root);
        await Published.MakeAsync(media, source, destination: root, force: true);
        var watched = first.Rendition("video-180p");

        var early = await SweepAsync(TimeProvider.System.GetUtcNow().AddHours(23));

        var stays = Assert.Single(early);
        Assert.Equal((first.Result.Revision, false), (stays.Revision, stays.IsRemoved));
        Assert.True(File.Exists(Path.Join(watched, "00000.m4s")));

        var late = await SweepAsync(TimeProvider.System.GetUtcNow().AddHours(25));

        var gone = Assert.Single(late);
        Assert.Equal((first.Result.Revision, true), (gone.Revision, gone.IsRemoved));
        Assert.False(Directory.Exists(watched));
        Assert.Empty(await SweepAsync(TimeProvider.System.GetUtcNow().AddHours(25)));
        Assert.Equal([50, 50], await Published.CountFramesAsync(first.Master, 2));
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task The_next_job_at_a_destination_removes_what_is_due()
    {
        var clip = await media.VideoAsync();
        await Published.MakeAsync(media, clip, destination: root);
        await NoteAsync(Old, job: null, due: Now, folder: "another.mp4");
        await PutAsync($"another.mp4/{Old}/video-180p/00000.m4s");

        await Published.MakeAsync(media, clip, destination: root, force: true);

        Assert.False(Directory.Exists(Path.Join(root, "another.mp4")));
    }

    [Fact(Timeout = Minutes)]
    public async Task What_is_due_but_shown_stays_and_only_the_notes_of_its_making_go()
    {
        await ShowAsync(Old);
        await NoteAsync(Old, "job", Now.AddHours(-2));
        await PutAsync($".laddermill/pieces/job/{Old}/audio.json");

        var found = Assert.Single(await SweepAsync(Now));

        Assert.False(found.IsRemoved);
        Assert.Equal(
            ["film.mp4/aaaaaaaa/video-180p/00000.m4s", "film.mp4/master.m3u8"],
            await KeysAsync()
        );
    }

    [Fact(Timeout = Minutes)]
    public async Task A_replacement_that_is_under_way_keeps_its_record()
    {
        await ShowAsync(Old);
        await NoteAsync(Old, "job", Now);

        Assert.False(Assert.Single(await SweepAsync(Now)).IsRemoved);
        await ShowAsync(New);
        Assert.True(Assert.Single(await SweepAsync(Now)).IsRemoved);
    }

    [Fact(Timeout = Minutes)]
    public async Task What_was_done_and_removed_is_not_said_to_be_done()
    {
        await ShowAsync(New);
        await PutAsync($"film.mp4/{Old}/video-180p/00000.m4s");
        await NoteAsync(Old, "job", Now);
        var outcome = new JobOutcome("job", JobEnd.Done, null, null, "s", "film.mp4", Old, 1, Now);
        await PutAsync(JobOutcome.KeyOf("job"), outcome.ToJson());

        Assert.True(Assert.Single(await SweepAsync(Now)).IsRemoved);

        Assert.Equal(
            [$"film.mp4/{New}/video-180p/00000.m4s", "film.mp4/master.m3u8"],
            await KeysAsync()
        );
    }

    [Theory(Timeout = Minutes)]
    [InlineData(
        """{"job":null,"folder":"film.mp4","revision":"../../x","due":"2020-01-01T00:00:00Z"}"""
    )]
    [InlineData(
        """{"job":null,"folder":"film.mp4","revision":"cccccccc","due":"2020-01-01T00:00:00Z"}"""
    )]
    [InlineData("""{"job":null,"folder":"","revision":"aaaaaaaa","due":"2020-01-01T00:00:00Z"}""")]
    [InlineData("no record")]
    public async Task A_record_that_is_none_of_ours_removes_nothing(string record)
    {
        await PutAsync($"film.mp4/{Old}/video-180p/00000.m4s");
        await PutAsync("film.mp4/cccccccc/video-180p/00000.m4s");
        await PutAsync(DeleteAfter.KeyOf(Old), System.Text.Encoding.UTF8.GetBytes(record));
        var before = await KeysAsync();

        Assert.Empty(await SweepAsync(Now));

        Assert.Equal(before, await KeysAsync());
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task A_film_that_comes_back_after_another_has_replaced_it_is_shown_again()
    {
        var source = Path.Join(media.NewFolder(), "film.mp4");
        File.Copy(await media.VideoAsync(), source);
        var time = File.GetLastWriteTimeUtc(source);
        var first = await Published.MakeAsync(media, source, destination: root);
        File.SetLastWriteTimeUtc(source, time.AddHours(1));
        var other = await Published.MakeAsync(media, source, destination: root);
        File.SetLastWriteTimeUtc(source, time);

        var back = await Published.MakeAsync(media, source, destination: root);

        Assert.NotEqual(first.Result.Revision, other.Result.Revision);
        Assert.Equal(first.Result.Revision, back.Result.Revision);
        Assert.False(back.Result.WasDone);
        Assert.Contains(
            first.Result.Revision,
            await File.ReadAllTextAsync(back.Master, Cancellation),
            StringComparison.Ordinal
        );
        Assert.Equal(
            other.Result.Revision,
            Assert.Single(await SweepAsync(TimeProvider.System.GetUtcNow())).Revision
        );
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task Two_workers_at_the_same_job_at_the_same_time_end_with_one_good_revision()
    {
        var source = await media.VideoAsync(seconds: 14);

        var both = await Task.WhenAll(
            Published.MakeAsync(media, source, destination: root),
            Published.MakeAsync(media, source, destination: root)
        );

        Assert.Equal(both[0].Result.Revision, both[1].Result.Revision);
        Assert.Equal([350, 350], await Published.CountFramesAsync(both[0].Master, 2));
        Assert.Equal(
            [both[0].Result.Revision],
            Directory.GetDirectories(both[0].Folder).Select(Path.GetFileName)
        );
        Assert.Equal(["jobs"], await StateAsync());
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task What_a_killed_worker_left_is_swept_a_day_later()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await Published.MakeAsync(
                media,
                await media.VideoAsync(seconds: 30),
                destination: root,
                cancellation: cancel.Token,
                progress: progress =>
                {
                    if (progress.Fraction > 0.4)
                    {
                        cancel.Cancel();
                    }
                }
            )
        );
        Assert.Contains(await KeysAsync(), key => key.EndsWith(".m4s", StringComparison.Ordinal));

        Assert.False(Assert.Single(await SweepAsync(TimeProvider.System.GetUtcNow())).IsRemoved);
        Assert.True(
            Assert.Single(await SweepAsync(TimeProvider.System.GetUtcNow().AddHours(25))).IsRemoved
        );

        Assert.Empty(await KeysAsync());
    }

    [Fact(Timeout = Minutes)]
    public async Task A_worker_that_takes_up_what_is_being_removed_starts_afresh_and_keeps_it()
    {
        await PutAsync($"film.mp4/{Old}/video-180p/00000.m4s");
        await PutAsync($".laddermill/pieces/job/{Old}/audio.json");
        var record = new DeleteAfter("job", "film.mp4", Old, Now) { IsBeingRemoved = true };
        await PutAsync(DeleteAfter.KeyOf(Old), record.ToJson());
        var clock = new FakeTimeProvider(Now);
        var output = new OutputFolder(Store, "", "film.mp4");

        await using var lease = await RevisionLease.TakeAsync(
            output,
            "job",
            Old,
            TimeSpan.FromMinutes(15),
            clock,
            Cancellation
        );

        Assert.Equal([DeleteAfter.KeyOf(Old)], await KeysAsync());
        for (var minutes = 0; minutes < 60; minutes += 2)
        {
            clock.Advance(TimeSpan.FromMinutes(2));
            await EventuallyAsync(clock.GetUtcNow().AddMinutes(14));
            Assert.False(Assert.Single(await SweepAsync(clock.GetUtcNow())).IsRemoved);
        }
        await lease.ReleaseAsync(Cancellation);
        Assert.Empty(await KeysAsync());
    }

    [Fact(Timeout = Minutes)]
    public async Task The_command_tells_what_it_found()
    {
        await ShowAsync(New);
        await PutAsync($"film.mp4/{Old}/video-180p/00000.m4s");
        await NoteAsync(Old, "job", Now.AddYears(-1));

        var end = await Ran.Async("sweep", root, "--json");
        var again = await Ran.Async("sweep", root);

        Assert.Equal((0, 0), (end.Code, again.Code));
        var found = JsonNode.Parse(end.Output)!["revisions"]![0]!;
        Assert.Equal(Old, (string?)found["revision"]);
        Assert.True((bool?)found["isRemoved"]);
        Assert.Equal(1, (int?)found["objects"]);
        Assert.Contains("Nothing to remove", again.Error, StringComparison.Ordinal);
    }

    private async Task<List<SweptRevision>> SweepAsync(DateTimeOffset now)
    {
        var at = new FakeTimeProvider(now);
        return [.. await new Sweeper(Store, "", at).SweepAsync(Cancellation)];
    }

    /// <summary>The lease is renewed beside us.</summary>
    private async Task EventuallyAsync(DateTimeOffset due)
    {
        DeleteAfter? record;
        do
        {
            await Task.Yield();
            await using var stream = await Store.ReadAsync(
                DeleteAfter.KeyOf(Old),
                0,
                null,
                null,
                Cancellation
            );
            using var bytes = new MemoryStream();
            await stream!.CopyToAsync(bytes, Cancellation);
            record = DeleteAfter.Parse(bytes.ToArray());
        } while (record is null || record.Due < due);
    }

    private async Task ShowAsync(string revision)
    {
        await PutAsync($"film.mp4/{revision}/video-180p/00000.m4s");
        await PutAsync(
            "film.mp4/master.m3u8",
            System.Text.Encoding.UTF8.GetBytes(
                $"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{revision}/video-180p/playlist.m3u8\n"
            )
        );
    }

    private Task NoteAsync(
        string revision,
        string? job,
        DateTimeOffset due,
        string folder = "film.mp4"
    ) =>
        PutAsync(DeleteAfter.KeyOf(revision), new DeleteAfter(job, folder, revision, due).ToJson());

    private async Task PutAsync(string key, byte[]? bytes = null) =>
        await Store.PutAsync(
            key,
            bytes ?? [1],
            new PutOptions("application/octet-stream"),
            default,
            Cancellation
        );

    private async Task<List<string>> KeysAsync()
    {
        var keys = new List<string>();
        await foreach (var found in Store.ListAsync("", Cancellation))
        {
            keys.Add(found.Key);
        }
        return keys;
    }

    /// <summary>Kinds of notes in the state prefix.</summary>
    private async Task<List<string>> StateAsync() =>
        [
            .. (await KeysAsync())
                .Where(key => key.StartsWith(".laddermill/", StringComparison.Ordinal))
                .Select(key => key.Split('/')[1])
                .Distinct(),
        ];
}
