using System.Collections.Immutable;
using Laddermill.Media;
using Laddermill.Packaging;

namespace Laddermill.Tests.Packaging;

/// <summary>Finished presentations, one for each folder of <c>tests/testassets/playlists</c>.</summary>
internal static class Presentations
{
    private static readonly Rational Film = new(24, 1);
    private static readonly Rational Ntsc = new(30000, 1001);

    public static Presentation Of(string name) =>
        name switch
        {
            "three-rungs-and-stereo" => new(
                "mf4k2c7a",
                6,
                [
                    Video("video-1080p", "avc1.640028", 1920, 1080, Ntsc, 4_800_000),
                    Video("video-720p", "avc1.64001f", 1280, 720, Ntsc, 2_200_000),
                    Video("video-360p", "avc1.64001e", 640, 360, Ntsc, 700_000),
                ],
                [Audio("audio-eng-2ch", "en", "English", isDefault: true, "main")]
            ),
            "rungs-of-two-frame-rates" => new(
                "mf4k2c7a",
                6,
                [
                    Video("video-720p60", "avc1.640020", 1280, 720, new(60, 1), 3_400_000),
                    Video("video-360p30", "avc1.64001e", 640, 360, new(30, 1), 700_000),
                ],
                []
            ),
            "silent-portrait" => new(
                "mf4k2c7a",
                6,
                [Video("video-360p", "avc1.64001e", 202, 360, Film, 400_000)],
                []
            ),
            "subtitles" => new(
                "mf4k2c7a",
                6,
                [Video("video-360p", "avc1.64001e", 640, 360, Film, 700_000)],
                []
            )
            {
                Subtitles =
                [
                    Text("subtitles-eng", "en", "English", "subtitle"),
                    Text("subtitles-eng-2", "en", "English", "subtitle"),
                    Text("subtitles-eng-sdh", "en", "\"English\" <SDH>", "caption"),
                    Text("subtitles-ger-forced", "de", "German (forced)", "forced-subtitle"),
                    Text("subtitles-und", null, "", "subtitle") with
                    {
                        IsDefault = true,
                    },
                ],
            },
            "captions" => new(
                "mf4k2c7a",
                6,
                [Video("video-360p", "avc1.64001e", 640, 360, Ntsc, 700_000)],
                []
            )
            {
                Captions = new("CC1", "de", "German (CC)"),
            },
            "hevc-of-high-range-beside" => new(
                "mf4k2c7a",
                6,
                [
                    Video("video-hevc-2160p", "hvc1.2.4.L150.B0", 3840, 2160, Film, 9_800_000) with
                    {
                        HighRange = "PQ",
                    },
                    Video("video-1080p", "avc1.640028", 1920, 1080, Film, 4_800_000),
                    Video("video-360p", "avc1.64001e", 640, 360, Film, 700_000),
                ],
                [Audio("audio-eng-2ch", "en", "English", isDefault: true, "main")]
            ),
            "audio-only" => new(
                "mf4k2c7a",
                6,
                [],
                [Audio("audio-und-2ch", null, "Audio", isDefault: true, "main")]
            ),
            "audio-only-in-two-languages" => new(
                "mf4k2c7a",
                6,
                [],
                [
                    Audio("audio-eng-2ch", "en", "English", isDefault: true, "main"),
                    Audio("audio-fra-2ch", "fr", "Français", isDefault: false, "dub"),
                ]
            ),
            "many-audio-tracks" => new(
                "mf4k2c7a",
                6,
                [
                    Video("video-720p", "avc1.64001f", 1280, 720, Film, 2_200_000),
                    Video("video-360p", "avc1.64001e", 640, 360, Film, 700_000),
                ],
                [
                    Audio("audio-fra-2ch", "fr", "Français", isDefault: false, "dub"),
                    Audio("audio-eng-2ch", "en", "English", isDefault: true, "main"),
                    Audio("audio-eng-2ch-2", "en", "English", isDefault: false, "description"),
                    Audio("audio-eng-2ch-3", "en", "English", isDefault: false, "commentary"),
                    Audio("audio-eng-2ch-4", "en", "Clean", isDefault: false, "alternate"),
                    Audio("audio-eng-6ch", "en", "English 5.1", isDefault: true, "main") with
                    {
                        Codec = "ac-3",
                        Channels = 6,
                    },
                ]
            ),
            "hostile-titles" => new(
                "mf4k2c7a",
                6,
                [Video("video-360p", "avc1.64001e", 640, 360, Film, 700_000)],
                [
                    Audio("audio-1", "en\",URI=\"x", "A \"B\"\r\n#EXT-X-ENDLIST", true, "main"),
                    Audio("audio-2", "<b>", "</Label>&amp;\ud800\u0000\u202fx", false),
                    Audio("audio-3", null, "\n\t ", false, "<role>"),
                    Audio("audio-4", "de", new string('ü', 300), false),
                ]
            ),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
        };

    /// <summary>The same as MPEG-TS, of those tracks that it can hold.</summary>
    public static TransportPresentation TransportOf(Presentation presentation)
    {
        var sound = presentation.Audio.Where(track => track.Codec == "mp4a.40.2").ToList();
        var inside = presentation.Video.IsEmpty ? null : sound.Find(track => track.IsDefault);
        return new TransportPresentation(
            [
                .. presentation.Video.Select(track =>
                    track with
                    {
                        Name = $"ts-{track.Name}",
                        IsTransportStream = true,
                    }
                ),
            ],
            inside,
            [
                .. sound
                    .Where(track => track != inside)
                    .Select(track =>
                        track with
                        {
                            Name = $"ts-{track.Name}",
                            IsTransportStream = true,
                        }
                    ),
            ]
        );
    }

    /// <summary>
    /// About 20 s of video in segments of three GOPs of 2 s, and a shorter last one. Key frames take a tenth; the second segment is the heaviest.
    /// </summary>
    public static VideoTrack Video(
        string name,
        string codec,
        int width,
        int height,
        Rational rate,
        int bitsPerSecond
    )
    {
        var frame = (int)rate.Denominator;
        var timescale = (int)rate.Numerator;
        var gop = rate.RoundTimes(2) * frame;
        var segments = ImmutableArray.CreateBuilder<PackagedSegment>();
        for (var (start, left) = (0L, 10); left > 0; left -= 3)
        {
            var weight = segments.Count == 1 ? 12L : 10;
            var bytes = bitsPerSecond / 8 * gop / timescale * weight / 10;
            segments.Add(
                new PackagedSegment(
                    segments.Count,
                    start,
                    Math.Min(3, left) * gop,
                    28 + Math.Min(3, left) * bytes,
                    [
                        .. Enumerable
                            .Range(0, Math.Min(3, left))
                            .Select(i => new KeyFrameSpan(
                                28 + i * bytes,
                                (int)bytes / 10,
                                start + i * gop,
                                gop
                            )),
                    ]
                )
            );
            start += 3 * gop;
        }
        return new VideoTrack(
            name,
            codec,
            timescale,
            750,
            segments.DrainToImmutable(),
            width,
            height,
            rate
        );
    }

    /// <summary>20 s of text.</summary>
    private static SubtitleTrack Text(string name, string? language, string label, string role) =>
        new(
            name,
            24,
            [
                new(0, 0, 144, 300, []),
                new(1, 144, 144, 400, []),
                new(2, 288, 144, 62, []),
                new(3, 432, 48, 62, []),
            ],
            language,
            label,
            IsDefault: false,
            IsForced: role == "forced-subtitle",
            IsHearingImpaired: role == "caption",
            role
        );

    /// <summary>Stereo AAC at 128 kbit/s as long as 20 s of video, cut at packets.</summary>
    public static AudioTrack Audio(
        string name,
        string? language,
        string label,
        bool isDefault,
        params ImmutableArray<string> roles
    )
    {
        var grid = AudioGrid.Along([0, 6, 12, 18, 20], 1, 48000, 1024);
        var segments = Enumerable
            .Range(0, grid.Boundaries.Length - 1)
            .Select(i =>
            {
                var packets = grid.Boundaries[i + 1] - grid.Boundaries[i];
                return new PackagedSegment(
                    i,
                    grid.Boundaries[i] * 1024,
                    packets * 1024,
                    150 + packets * 345,
                    []
                );
            });
        return new AudioTrack(
            name,
            "mp4a.40.2",
            48000,
            700,
            [.. segments],
            48000,
            2,
            language,
            label,
            isDefault,
            roles
        );
    }
}
