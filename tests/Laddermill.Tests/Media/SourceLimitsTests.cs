using System.Text.Json;
using Laddermill.Media;
using Laddermill.Processes;

namespace Laddermill.Tests.Media;

public sealed class SourceLimitsTests
{
    [Theory]
    [InlineData("""{"pixels":1000}""", "limit-pixels")]
    [InlineData("""{"bytes":999999}""", "limit-size")]
    public void What_the_headers_tell_is_refused_by_its_limit(string json, string code) =>
        Assert.Equal(
            code,
            LimitsFile.Parse(json).Refusal(Sources.File(Sources.Video()), "a.mp4")?.Code
        );

    [Fact]
    public void An_ordinary_film_passes_every_limit()
    {
        var film = Sources.File(Sources.Video(7680, 4320, "60", seconds: 14_400));
        Assert.Null(SourceLimits.Default.Refusal(film, "a.mp4"));
        Assert.Null(SourceLimits.Default.Refusal(film, null, "a.mp4"));
    }

    [Fact]
    public void Days_of_film_are_refused() =>
        Assert.Equal(
            "limit-duration",
            SourceLimits
                .Default.Refusal(Sources.File(Sources.Video(seconds: 86_401)), null, "a.mp4")
                ?.Code
        );

    [Fact]
    public void Days_of_sound_are_refused() =>
        Assert.Equal(
            "limit-duration",
            SourceLimits
                .Default.Refusal(
                    Sources.File(null, Sources.Audio(seconds: 1_000_000)),
                    null,
                    "a.m4a"
                )
                ?.Code
        );

    [Fact]
    public void A_thousand_frames_a_second_are_refused() =>
        Assert.Equal(
            "limit-frame-rate",
            SourceLimits
                .Default.Refusal(Sources.File(Sources.Video(rate: "1000")), null, "a.mp4")
                ?.Code
        );

    [Fact]
    public void What_packets_told_counts_before_what_headers_claim()
    {
        var claims = Sources.File(Sources.Video(rate: "1000", seconds: 1_000_000));
        var scan = new FrameScan(
            new Rational(1, 25),
            [.. Enumerable.Range(0, 50).Select(frame => (long)frame)],
            [0],
            50,
            new Rational(25, 1),
            new Rational(25, 1),
            IsSteady: true,
            HasPresentationTimes: true,
            []
        );
        Assert.Null(SourceLimits.Default.Refusal(claims, scan, "a.mkv"));
    }

    [Fact]
    public void What_a_run_may_use_grows_with_the_film()
    {
        var limits = LimitsFile.Parse(
            """
            {"processorSeconds":1,"processorPerSecond":2,"wallSeconds":3,"wallPerSecond":4,
             "memory":5,"outputBytes":6,"outputPerSecond":7}
            """
        );

        Assert.Equal(
            new ToolLimits
            {
                Processor = TimeSpan.FromSeconds(1 + 20),
                Wall = TimeSpan.FromSeconds(3 + 40),
                Memory = 5,
                Output = 6 + 70,
            },
            limits.ForRun(10)
        );
    }

    [Fact]
    public void Three_hours_of_sound_in_one_run_may_take_days_and_the_longest_film_has_limits_still()
    {
        var film = SourceLimits.Default.ForRun(3 * 3600);
        Assert.True(film.Processor > TimeSpan.FromDays(30) && film.Wall > film.Processor);
        Assert.True(film.Output > 500_000_000_000);
        Assert.True(SourceLimits.Default.ForRun(1e300).Wall < TimeSpan.FromDays(4000));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("""{"pixel":1}""")]
    [InlineData("""{"pixels":0}""")]
    [InlineData("""{"seconds":-1}""")]
    [InlineData("""{"memory":0}""")]
    [InlineData("""{"probeSeconds":1e9}""")]
    public void Limits_that_cannot_be_meant_are_refused_with_a_reason(string json)
    {
        Assert.Throws<JsonException>(() => LimitsFile.Parse(json));
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, json);
            var wrong = Assert.Throws<LimitsException>(() => LimitsFile.Load(file));
            Assert.Contains(file, wrong.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
