using System.Globalization;
using Laddermill.Media;
using Laddermill.Packaging;
using Laddermill.Packaging.Hls;

namespace Laddermill.Tests.Packaging;

public sealed class HlsTests
{
    [Theory]
    [InlineData("three-rungs-and-stereo")]
    [InlineData("rungs-of-two-frame-rates")]
    [InlineData("silent-portrait")]
    [InlineData("captions")]
    [InlineData("hevc-of-high-range-beside")]
    [InlineData("subtitles")]
    [InlineData("audio-only")]
    [InlineData("audio-only-in-two-languages")]
    [InlineData("many-audio-tracks")]
    [InlineData("hostile-titles")]
    public void The_multivariant_playlist_is_as_expected(string name) =>
        ExpectedFiles.Matches(
            name,
            "master.m3u8",
            MultivariantPlaylist.Write(Presentations.Of(name))
        );

    [Theory]
    [InlineData("video-1080p", false, "video.m3u8")]
    [InlineData("audio-eng-2ch", false, "audio.m3u8")]
    [InlineData("video-1080p", true, "video-growing.m3u8")]
    public void Media_playlists_are_as_expected(string track, bool isGrowing, string file)
    {
        var presentation = Presentations.Of("three-rungs-and-stereo");
        Track chosen = presentation
            .Video.Cast<Track>()
            .Concat(presentation.Audio)
            .Single(t => t.Name == track);
        ExpectedFiles.Matches(
            "three-rungs-and-stereo",
            file,
            MediaPlaylist.Write(chosen, presentation.TargetDuration, isGrowing)
        );
    }

    [Theory]
    [InlineData("three-rungs-and-stereo")]
    [InlineData("silent-portrait")]
    [InlineData("captions")]
    [InlineData("audio-only")]
    [InlineData("audio-only-in-two-languages")]
    [InlineData("many-audio-tracks")]
    public void The_multivariant_playlist_of_transport_streams_is_as_expected(string name)
    {
        var presentation = Presentations.Of(name);
        ExpectedFiles.Matches(
            name,
            "master-ts.m3u8",
            TransportMultivariantPlaylist.Write(
                presentation,
                Presentations.TransportOf(presentation)
            )
        );
    }

    [Fact]
    public void Playlists_of_a_transport_stream_are_as_expected()
    {
        var presentation = Presentations.Of("three-rungs-and-stereo");
        var track = Presentations.TransportOf(presentation).Video[0];
        ExpectedFiles.Matches(
            "three-rungs-and-stereo",
            "video-ts.m3u8",
            MediaPlaylist.Write(track, presentation.TargetDuration)
        );
        ExpectedFiles.Matches(
            "three-rungs-and-stereo",
            "iframes-ts.m3u8",
            MediaPlaylist.WriteIFrames(track, presentation.TargetDuration)
        );
    }

    [Fact]
    public void The_playlist_of_subtitles_is_as_expected()
    {
        var presentation = Presentations.Of("subtitles");
        ExpectedFiles.Matches(
            "subtitles",
            "text.m3u8",
            MediaPlaylist.WriteText(presentation.Subtitles[0], presentation.TargetDuration)
        );
    }

    [Fact]
    public void The_I_frame_playlist_is_as_expected()
    {
        var presentation = Presentations.Of("three-rungs-and-stereo");
        ExpectedFiles.Matches(
            "three-rungs-and-stereo",
            "iframes.m3u8",
            MediaPlaylist.WriteIFrames(presentation.Video[0], presentation.TargetDuration)
        );
    }

    [Theory]
    [InlineData(60000, 1001)]
    [InlineData(24000, 1001)]
    [InlineData(1000, 37)]
    public void Rounded_durations_never_add_up_to_an_error(int numerator, int denominator)
    {
        var track = Presentations.Video(
            "video-360p",
            "avc1.64001e",
            640,
            360,
            new Rational(numerator, denominator),
            700_000
        );
        var segments = Enumerable
            .Range(0, 2000)
            .Select(i => new PackagedSegment(i, i * 7L * denominator, 7L * denominator, 1, []));
        track = track with { Segments = [.. segments] };

        var sum = 0m;
        var frames = 0;
        foreach (var line in MediaPlaylist.Write(track, 6).Split('\n'))
        {
            if (line.StartsWith("#EXTINF:", StringComparison.Ordinal))
            {
                sum += decimal.Parse(line[8..].TrimEnd(','), CultureInfo.InvariantCulture);
                frames += 7;
                var exact = (decimal)frames * denominator / numerator;
                Assert.InRange(sum - exact, -0.0000005m, 0.0000005m);
            }
        }
        Assert.Equal(14_000, frames);
    }

    [Theory]
    [InlineData(24, 6)]
    [InlineData(25, 6)]
    [InlineData(10, 6)]
    public void The_target_duration_is_the_longest_segment_rounded(int rate, int expected)
    {
        var track = Presentations.Video("v", "avc1.64001e", 640, 360, new(rate, 1), 700_000);
        Assert.Equal(expected, Presentation.TargetDurationOf([track]));
    }

    [Theory]
    [InlineData(64, 6)]
    [InlineData(65, 7)]
    [InlineData(3, 1)]
    public void A_segment_may_be_half_a_second_longer_than_the_target(int tenths, int expected)
    {
        var track = Presentations.Of("silent-portrait").Video[0] with
        {
            Timescale = 10,
            Segments = [new PackagedSegment(0, 0, tenths, 1, [])],
        };
        Assert.Equal(expected, Presentation.TargetDurationOf([track]));
    }
}
