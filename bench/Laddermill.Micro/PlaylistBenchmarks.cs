using System.Collections.Immutable;
using BenchmarkDotNet.Attributes;
using Laddermill.Media;
using Laddermill.Packaging;
using Laddermill.Packaging.Dash;
using Laddermill.Packaging.Hls;

namespace Laddermill.Micro;

/// <summary>Writing what players read, of a film of 100 minutes and of one of 10: three sizes of picture, one track of sound.</summary>
public class PlaylistBenchmarks
{
    private const int Timescale = 12800;
    private Presentation film = null!;

    /// <summary>Of six seconds each.</summary>
    [Params(100, 1000)]
    public int Segments { get; set; }

    [GlobalSetup]
    public void Make() =>
        film = new Presentation(
            "mf4k2c7a",
            6,
            [Video("1080p", 1920, 1080), Video("720p", 1280, 720), Video("360p", 640, 360)],
            [
                new AudioTrack(
                    "audio-eng-2ch",
                    "mp4a.40.2",
                    48000,
                    700,
                    Pieces(48000, 0),
                    48000,
                    2,
                    "en",
                    "English",
                    true,
                    ["main"]
                ),
            ]
        );

    [Benchmark(Description = "media playlist")]
    public string Media() => MediaPlaylist.Write(film.Video[0], film.TargetDuration);

    [Benchmark(Description = "I-frame playlist")]
    public string IFrames() => MediaPlaylist.WriteIFrames(film.Video[0], film.TargetDuration);

    [Benchmark(Description = "multivariant playlist")]
    public string Multivariant() => MultivariantPlaylist.Write(film);

    [Benchmark(Description = "DASH manifest")]
    public string Mpd() => Manifest.Write(film);

    private VideoTrack Video(string name, int width, int height) =>
        new(
            $"video-{name}",
            "avc1.640028",
            Timescale,
            800,
            Pieces(Timescale, 3),
            width,
            height,
            new Rational(25, 1)
        );

    private ImmutableArray<PackagedSegment> Pieces(int timescale, int keys) =>
        [
            .. Enumerable
                .Range(0, Segments)
                .Select(index => new PackagedSegment(
                    index,
                    6L * timescale * index,
                    6L * timescale,
                    3_000_000 + (index * 7919 % 500_000),
                    [
                        .. Enumerable
                            .Range(0, keys)
                            .Select(key => new KeyFrameSpan(
                                24 + (key * 1_000_000L),
                                90_000,
                                timescale * ((6L * index) + (2L * key)),
                                2L * timescale
                            )),
                    ]
                )),
        ];
}
