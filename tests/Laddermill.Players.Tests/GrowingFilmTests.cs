using System.Text.Json.Nodes;
using Laddermill.Jobs;
using Laddermill.Transcoding;

namespace Laddermill.Tests.Players;

/// <summary>A film that is opened as soon as it can be, while most of it is still to be made.</summary>
public sealed class GrowingFilmTests(TestMedia media, Browser browser, ITestOutputHelper log)
{
    private const int Minutes = 60_000;

    [Fact(Timeout = 10 * Minutes)]
    public async Task Hls_js_plays_from_the_first_segments_to_the_end_while_the_rest_is_made()
    {
        var recipe = FilmRecipe.Small;
        var cancellation = TestContext.Current.CancellationToken;
        var source = await media.ClipAsync("film.mp4", recipe.SourceArguments(Film.Rate));
        var destination = media.NewFolder();
        var clock = TimeProvider.System;
        var profile = JsonNode.Parse(recipe.Profile)!.AsObject();
        // Ranges of one segment: the film grows in steps, with seams between them.
        profile["segments"] = new JsonObject { ["segmentsPerRange"] = 1 };
        var request = await JobRequest.OpenAsync(
            new JobDocument
            {
                Source = source,
                Destination = destination,
                Profile = profile,
            },
            destination,
            clock,
            cancellation
        );
        var playable = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var opened = new ManualResetEventSlim();
        var heldAt = 0.0;
        var job = new TranscodeJob(clock).RunAsync(
            request,
            new Listener(progress =>
            {
                // Some segments more than a player that follows a live show would begin with.
                var isGrown =
                    progress.Playable is not null
                    && progress.Renditions.Min(rendition => rendition.Seconds) > 20;
                if (isGrown && playable.TrySetResult())
                {
                    // The work stands still until the player has begun, or the film would be complete before a browser has opened it.
                    heldAt = progress.Fraction;
                    opened.Wait(cancellation);
                }
            }),
            cancellation
        );
        await Task.WhenAny(job, playable.Task);
        Assert.False(job.IsCompleted, "The job was over before anything could be played.");
        var film = new Film(
            Path.Join(destination, "film.mp4"),
            recipe.Seconds * Film.Rate,
            recipe.Sizes
        );

        await using var viewing = await Viewing.StartAsync(browser, film);
        var start = await viewing.OpenAsync("hls.js", "master.m3u8", 60);
        opened.Set();
        var end = await viewing.PlayToEndAsync(2);
        await job;

        log.WriteLine($"opened at {heldAt:P0} of the film; {start.Duration:0.0} s were listed");
        Assert.InRange(start.Duration, 11, film.Seconds - 6);
        Assert.InRange(end.Seen![0][1]!.Value, 0, 1);
        Assert.InRange(end.Time, film.Seconds - 0.1, film.Seconds + 0.1);
        Assert.Equal(1, end.MostRanges);
        Assert.Empty(end.Errors);
        Assert.Empty(viewing.Complaints);
    }

    private sealed class Listener(Action<JobProgress> look) : IProgress<JobProgress>
    {
        public void Report(JobProgress value) => look(value);
    }
}
