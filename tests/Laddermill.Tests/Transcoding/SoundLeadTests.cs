using Laddermill.Ladders;
using Laddermill.Media;
using Laddermill.Tests.Storage;
using Laddermill.Transcoding;

namespace Laddermill.Tests.Transcoding;

/// <summary>Sound that waits for the pictures, so that those who wait for both see them soon.</summary>
public sealed class SoundLeadTests(TestMedia media)
{
    private const int Minutes = 60_000;

    private const SearchOption Everywhere = SearchOption.AllDirectories;

    private static readonly string[] Tracks = ["audio-eng-2ch", "audio-ger-2ch"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = Minutes)]
    public async Task Sound_goes_on_with_the_pictures_wherever_in_the_film_they_are_made()
    {
        var lead = new SoundLead(["sound"]);
        await lead.WaitAsync("sound", SoundLead.Most - 1, Cancellation);

        var waiting = lead.WaitAsync("sound", SoundLead.Most + 5, Cancellation).AsTask();
        lead.Advance(5);
        Assert.False(waiting.IsCompleted);
        lead.Advance(1);
        await waiting;
    }

    [Fact(Timeout = Minutes)]
    public async Task No_track_waits_while_another_is_behind()
    {
        var lead = new SoundLead(Tracks);
        await lead.WaitAsync(Tracks[0], 1000, Cancellation);

        var behind = lead.WaitAsync(Tracks[1], 500, Cancellation).AsTask();
        var ahead = lead.WaitAsync(Tracks[0], 1001, Cancellation).AsTask();
        Assert.False(behind.IsCompleted || ahead.IsCompleted);
        lead.Advance(500);
        await Task.WhenAll(behind, ahead);
    }

    [Fact(Timeout = Minutes)]
    public async Task Once_released_sound_waits_no_more()
    {
        var lead = new SoundLead(["sound"]);
        var waiting = lead.WaitAsync("sound", 1000, Cancellation).AsTask();
        Assert.False(waiting.IsCompleted);

        lead.Release();

        await waiting;
        lead.Advance(2);
        await lead.WaitAsync("sound", 1e9, Cancellation);
    }

    [Fact(Timeout = Minutes)]
    public async Task Who_waits_can_be_cancelled()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var waiting = new SoundLead(["sound"]).WaitAsync("sound", 1000, stop.Token).AsTask();
        Assert.False(waiting.IsCompleted);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact(Timeout = Minutes)]
    public async Task Silence_waits_like_any_other_sound()
    {
        const int Rate = 1000;
        var lead = new SoundLead(["sound"]);
        var rendition = SoundFeederTests.Rendition(Rate);
        using var output = new MemoryStream();

        // A track of which nothing can be decoded.
        var feeding = new SoundFeeder(rendition, 100 * Rate, lead).FeedAsync(
            null,
            output,
            Cancellation
        );

        Assert.False(feeding.IsCompleted);
        Assert.InRange(SecondsOf(output), SoundLead.Most, SoundLead.Most + 20);
        lead.Release();
        await feeding;
        Assert.Equal(100, SecondsOf(output));

        static double SecondsOf(MemoryStream stream) =>
            (double)stream.Length / sizeof(float) / Rate;
    }

    [Fact]
    public void A_decoder_that_is_held_back_may_take_as_long_as_all_pictures_twice()
    {
        var limits = SourceLimits.Default with { WallSeconds = 100, WallPerSecond = 2 };
        var plan = Planner.Make(
            Sources.File(Sources.Video(seconds: 600)),
            null,
            Profiles.Load("default")
        );

        // Ten ranges of a minute, and to each of them a tenth of the minutes before it.
        Assert.Equal(
            2 * (10 * (100 + (2 * 60)) + (2 * 6 * 45)),
            SoundLead.LongestWait(plan, limits),
            0.001
        );
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task The_sound_of_a_film_that_is_shown_early_stays_near_its_pictures()
    {
        var furthest = 0.0;

        var output = await MakeAsync(
            await FilmAsync(),
            media.NewFolder(),
            segment: 0,
            waitsFor: SoundLead.Most - 2,
            progress: (pictures, sound) => furthest = Math.Max(furthest, sound - pictures)
        );

        // Another second is in the fragment that the decoder has delivered.
        Assert.InRange(furthest, 1, SoundLead.Most + 1.5);
        Assert.Equal([1000], await Published.CountFramesAsync(output.Master, 1));
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task With_transport_streams_it_goes_ahead_as_soon_as_the_film_is_shown()
    {
        var output = await MakeAsync(
            await FilmAsync(),
            media.NewFolder(),
            segment: 5,
            waitsFor: 99,
            segments: "ts"
        );

        Assert.Equal([1000], await Published.CountFramesAsync(output.TransportMaster, 1));
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task Pictures_of_an_earlier_run_count()
    {
        var source = await FilmAsync();
        var root = media.NewFolder();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Published.MakeAsync(
                media,
                source,
                Published.LongRangeProfile,
                root,
                cancellation: stop.Token,
                progress: _ =>
                {
                    if (Directory.GetFiles(root, "range-0000*", Everywhere).Length > 0)
                    {
                        stop.Cancel();
                    }
                }
            )
        );

        // The first range is a minute long.
        await MakeAsync(source, root, segment: 10, waitsFor: 60 + SoundLead.Most - 2);
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task Sound_alone_waits_for_nothing()
    {
        var source = await media.ClipAsync(
            "song.flac",
            [.. "-f lavfi -i sine=duration=90 -c:a flac".Split(' ')]
        );

        var output = await Published.MakeAsync(media, source);

        Assert.True(File.Exists(output.Master));
    }

    /// <summary>Long, and with little in it.</summary>
    private Task<string> FilmAsync() =>
        media.VideoAsync("film.mp4", size: "128x72", rate: "10", seconds: 100);

    /// <summary>A job whose pictures are stored from one segment on only when the sound has come so far; if it does not come, the job fails.</summary>
    /// <param name="waitsFor">Seconds of film.</param>
    private Task<Published> MakeAsync(
        string source,
        string root,
        int segment,
        double waitsFor,
        string? segments = null,
        Action<double, double>? progress = null
    )
    {
        var isThere = new TaskCompletionSource();
        return Published.MakeAsync(
            media,
            source,
            Published.LongRangeProfile,
            root,
            segments: segments,
            progress: now =>
            {
                var sound = Reached(now, "audio-");
                if (sound >= waitsFor)
                {
                    isThere.TrySetResult();
                }
                progress?.Invoke(Reached(now, "video-"), sound);
            },
            store: folder => new WatchedStore(
                folder,
                (key, _, token) =>
                    key.Contains("/video-", StringComparison.Ordinal)
                    && int.TryParse(Path.GetFileNameWithoutExtension(key), out var index)
                    && index >= segment
                        ? isThere.Task.WaitAsync(TimeSpan.FromMinutes(1), token)
                        : Task.CompletedTask
            )
        );
    }

    /// <summary>Seconds of the slowest rendition of a kind.</summary>
    private static double Reached(JobProgress progress, string kind) =>
        progress
            .Renditions.Where(rendition =>
                rendition.Name.StartsWith(kind, StringComparison.Ordinal)
            )
            .Select(rendition => rendition.Seconds)
            .DefaultIfEmpty(0)
            .Min();
}
