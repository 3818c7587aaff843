using Laddermill.Cli.Progress;
using Laddermill.Jobs;
using Laddermill.Transcoding;
using Microsoft.Extensions.Time.Testing;

namespace Laddermill.Tests.Cli;

public sealed class ProgressTests
{
    private static readonly JobProgress Encoding = new(
        "encode",
        20,
        5,
        1.234,
        75.4,
        [
            new RenditionProgress("video-1080p", 10, 6_000_000),
            new RenditionProgress("audio-eng-2ch", 5, 80_000),
        ]
    );

    [Fact]
    public void A_plain_line_tells_how_far_how_fast_and_how_long_still() =>
        Assert.Equal(
            "encode 37 %, 7.5 s of 20.0 s, 6.08 MB, speed 1.23x, 1:15 left",
            ProgressLine.Of(Encoding)
        );

    [Fact]
    public void Before_anything_is_encoded_the_line_is_the_phase() =>
        Assert.Equal("probe", ProgressLine.Of(new JobProgress("probe", 0, 0, null, null, [])));

    [Fact]
    public void Lines_come_at_each_new_phase_and_else_after_the_interval()
    {
        var clock = new FakeTimeProvider();
        var shown = new List<(string Phase, double Elapsed)>();
        var progress = new ThrottledProgress(
            TimeSpan.FromSeconds(5),
            clock,
            snapshot => shown.Add((snapshot.Phase, snapshot.Elapsed))
        );

        foreach (
            var (phase, elapsed) in new[]
            {
                ("probe", 0),
                ("encode", 1),
                ("encode", 3),
                ("encode", 6),
                ("publish", 7),
            }
        )
        {
            clock.SetUtcNow(DateTimeOffset.UnixEpoch.AddYears(60).AddSeconds(elapsed));
            progress.Report(Encoding with { Phase = phase, Elapsed = elapsed });
        }
        progress.Report(Encoding with { Phase = "encode", Elapsed = 6.5 });

        Assert.Equal([("probe", 0), ("encode", 1), ("encode", 6), ("publish", 7)], shown);
    }

    [Fact]
    public void Phases_follow_each_other_from_when_they_began_and_late_news_change_nothing()
    {
        var noon = new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
        var clock = new FakeTimeProvider(noon);
        var watch = new PhaseWatch(clock, null);

        foreach (
            var (phase, elapsed) in new[]
            {
                ("probe", 0),
                ("encode", 1),
                ("encode", 3),
                ("publish", 7),
                ("encode", 6.5),
            }
        )
        {
            watch.Report(Encoding with { Phase = phase, Elapsed = elapsed });
        }
        clock.SetUtcNow(noon.AddSeconds(8));

        Assert.Equal(
            [
                new JobPhase("probe", noon, 1),
                new JobPhase("encode", noon.AddSeconds(1), 6),
                new JobPhase("publish", noon.AddSeconds(7), 1),
            ],
            watch.End()
        );
    }

    [Fact(Timeout = 30_000)]
    public async Task Json_progress_is_one_object_a_line_on_the_output()
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var display = new ProgressDisplay(output, error, new FakeTimeProvider());

        await display.ShowAsync(
            ProgressMode.Json,
            listener =>
            {
                listener!.Report(Encoding);
                return Task.FromResult(0);
            }
        );

        Assert.StartsWith(
            """{"progress":{"phase":"encode","duration":20,"elapsed":5,"speed":1.234,"remaining":75.4,"renditions":[{"name":"video-1080p","seconds":10,"bytes":6000000},""",
            output.ToString(),
            StringComparison.Ordinal
        );
        Assert.Equal(1, output.ToString().Count(letter => letter == '\n'));
        Assert.Empty(error.ToString());
    }

    [Fact(Timeout = 30_000)]
    public async Task Without_a_terminal_progress_is_plain_lines_on_the_error_stream()
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var display = new ProgressDisplay(output, error, new FakeTimeProvider());

        var answer = await display.ShowAsync(
            ProgressMode.Auto,
            listener =>
            {
                listener!.Report(Encoding);
                return Task.FromResult(42);
            }
        );

        Assert.Equal(42, answer);
        Assert.StartsWith("encode 37 %", error.ToString(), StringComparison.Ordinal);
        Assert.Empty(output.ToString());
    }
}
