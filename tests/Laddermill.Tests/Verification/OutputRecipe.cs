using System.Collections.Immutable;
using System.Text;
using Laddermill.Media;
using Laddermill.Packaging;
using Laddermill.Packaging.Dash;
using Laddermill.Packaging.Hls;
using Laddermill.Packaging.Transport;
using Laddermill.Subtitles;
using Laddermill.Tests.Packaging;

namespace Laddermill.Tests.Verification;

/// <summary>How to make a small output: two renditions of 14 s of test picture and one of a tone, in three segments.</summary>
internal sealed record OutputRecipe
{
    public const string Revision = "mf4k2c7a";
    public const int Seconds = 14;

    public int FrameRate { get; init; } = 25;

    /// <summary>Arguments that choose and tune the encoder, with GOPs of 2 s.</summary>
    public Func<int, string> Encoder { get; init; } = H264;

    public string Colours { get; init; } =
        "-color_primaries bt709 -color_trc bt709 -colorspace bt709 -color_range tv";

    public int Channels { get; init; } = 2;

    public bool HasVideo { get; init; } = true;

    /// <summary>Whether there are subtitles, of which one crosses the first boundary.</summary>
    public bool HasSubtitles { get; init; }

    /// <summary>The same once more as MPEG-TS.</summary>
    public bool HasTransport { get; init; }

    /// <summary>The first is the default one.</summary>
    public ImmutableArray<Sound> Sounds { get; init; } =
    [new("audio-eng-2ch", "en", "English", 96_000)];

    /// <param name="Rate">Bit/s.</param>
    /// <param name="Channels">Null: as many as the others.</param>
    public sealed record Sound(
        string Name,
        string Language,
        string Label,
        int Rate,
        int? Channels = null
    );

    /// <summary>Seconds at which the segments of the second rendition begin, and the end.</summary>
    public ImmutableArray<int> SecondBoundaries { get; init; } = [0, 6, 12, 14];

    public static string H264(int gop) =>
        $"-c:v libx264 -preset ultrafast -profile:v high -bf 2 -crf 30 -g {gop} -keyint_min {gop} "
        + "-sc_threshold 0 -x264-params stitchable=1 -pix_fmt yuv420p";

    public static string H264Fields(int gop) => H264(gop) + " -x264-params stitchable=1:tff=1";

    public static string Hevc(int gop) =>
        $"-c:v libx265 -preset ultrafast -crf 32 -pix_fmt yuv420p10le -tag:v hvc1 "
        + $"-x265-params keyint={gop}:min-keyint={gop}:scenecut=0:open-gop=0:info=0:log-level=none";

    public static string Av1(int gop) =>
        $"-c:v libsvtav1 -preset 12 -crf 45 -g {gop} -pix_fmt yuv420p";

    public async Task<IReadOnlyDictionary<string, byte[]>> MakeAsync()
    {
        var files = new Dictionary<string, byte[]>();
        ImmutableArray<VideoTrack> video = HasVideo
            ?
            [
                await MakeVideoAsync(files, "video-180p", "320x180", [0, 6, 12, 14]),
                await MakeVideoAsync(files, "video-108p", "192x108", SecondBoundaries),
            ]
            : [];
        var audio = new List<AudioTrack>();
        foreach (var sound in Sounds)
        {
            audio.Add(await MakeAudioAsync(files, sound));
        }
        Track[] tracks = [.. video, .. audio];
        var target = Presentation.TargetDurationOf(tracks);
        var presentation = new Presentation(Revision, target, video, [.. audio])
        {
            Subtitles = HasSubtitles ? [MakeSubtitles(files)] : [],
        };
        foreach (var track in presentation.Subtitles)
        {
            Put(files, $"{track.Name}/playlist.m3u8", MediaPlaylist.WriteText(track, target));
        }
        if (HasTransport)
        {
            var transport = await MuxAsync(files, presentation);
            presentation = presentation with { Transport = transport };
            files["master-ts.m3u8"] = Encoding.UTF8.GetBytes(
                TransportMultivariantPlaylist.Write(presentation, transport)
            );
        }
        foreach (var track in presentation.Tracks)
        {
            Put(files, $"{track.Name}/playlist.m3u8", MediaPlaylist.Write(track, target));
        }
        foreach (var track in presentation.Tracks.OfType<VideoTrack>())
        {
            Put(files, $"{track.Name}/iframes.m3u8", MediaPlaylist.WriteIFrames(track, target));
        }
        files["master.m3u8"] = Encoding.UTF8.GetBytes(MultivariantPlaylist.Write(presentation));
        files["dash.mpd"] = Encoding.UTF8.GetBytes(Manifest.Write(presentation));
        return files;
    }

    /// <summary>Of the files that are there, as a job makes them.</summary>
    private static async Task<TransportPresentation> MuxAsync(
        Dictionary<string, byte[]> files,
        Presentation presentation
    )
    {
        var inside = presentation.Video.IsEmpty ? null : presentation.Audio[0];
        var video = new List<VideoTrack>();
        foreach (var track in presentation.Video)
        {
            video.Add(
                track with
                {
                    Name = $"ts-{track.Name}",
                    IsTransportStream = true,
                    Segments = await MuxAsync(files, track, inside),
                }
            );
        }
        var audio = new List<AudioTrack>();
        foreach (var track in presentation.Audio.Where(track => track != inside))
        {
            audio.Add(
                track with
                {
                    Name = $"ts-{track.Name}",
                    IsTransportStream = true,
                    Segments = await MuxAsync(files, null, track),
                }
            );
        }
        return new([.. video], inside, [.. audio]);
    }

    private static async Task<ImmutableArray<PackagedSegment>> MuxAsync(
        Dictionary<string, byte[]> files,
        VideoTrack? video,
        AudioTrack? audio
    )
    {
        var name = $"ts-{video?.Name ?? audio!.Name}";
        var (pictureInit, pictures) = await ReadAsync(files, video);
        var (soundInit, sounds) = await ReadAsync(files, audio);
        var muxer = new TransportMuxer(name, pictureInit, soundInit);
        var facts = ImmutableArray.CreateBuilder<PackagedSegment>();
        for (var index = 0; index < Math.Max(pictures.Count, sounds.Count); index++)
        {
            using var segment = muxer.Mux(
                index,
                pictures.ElementAtOrDefault(index) ?? [],
                sounds.ElementAtOrDefault(index) ?? []
            );
            files[$"{Revision}/{name}/{MediaPaths.TransportSegment(index)}"] =
                segment.Bytes.ToArray();
            facts.Add(segment.Facts);
        }
        return facts.ToImmutable();
    }

    private static async Task<(InitSegment? Init, List<List<Fragment>> Segments)> ReadAsync(
        Dictionary<string, byte[]> files,
        Track? track
    )
    {
        var segments = new List<List<Fragment>>();
        InitSegment? init = null;
        foreach (var segment in track?.Segments ?? [])
        {
            var folder = $"{Revision}/{track!.Name}/";
            (init, var fragments) = await Clips.Read([
                .. files[folder + MediaPaths.Init],
                .. files[folder + MediaPaths.Segment(segment.Index)],
            ]);
            segments.Add(fragments);
        }
        return (init, segments);
    }

    private async Task<VideoTrack> MakeVideoAsync(
        Dictionary<string, byte[]> files,
        string name,
        string size,
        ImmutableArray<int> boundaries
    )
    {
        var gop = FrameRate * 2;
        var (init, fragments) = await Clips.Read(
            await Clips.Encode(
                $"-f lavfi -i testsrc2=s={size}:r={FrameRate} -frames:v {FrameRate * Seconds} "
                    + $"{Encoder(gop)} -threads 1 {Colours} "
                    + "-movflags +cmaf+skip_trailer -f mp4 pipe:1"
            )
        );
        using var segmenter = new VideoSegmenter(
            name,
            init.Timescale,
            [.. boundaries.Select(second => (long)second * init.Timescale)]
        );
        var segments = fragments.Select(segmenter.Add).OfType<MediaSegment>().ToList();
        segmenter.Complete();
        return new(
            name,
            init.Codec,
            init.Timescale,
            init.Bytes.Length,
            Put(files, name, init, segments),
            init.Width,
            init.Height,
            new Rational(FrameRate, 1)
        );
    }

    private async Task<AudioTrack> MakeAudioAsync(Dictionary<string, byte[]> files, Sound sound)
    {
        var layout = (sound.Channels ?? Channels) == 2 ? "stereo" : "5.1";
        var (init, fragments) = await Clips.Read(
            await Clips.Encode(
                $"-f lavfi -i anoisesrc=d={Seconds + 1}:r=48000:a=0.3 -af aformat=channel_layouts={layout} "
                    + $"-c:a aac -b:a {sound.Rate} -movflags +cmaf+delay_moov+skip_trailer -use_editlist 1 "
                    + "-frag_duration 1000000 -f mp4 pipe:1"
            )
        );
        var grid = AudioGrid.Along([0, 6, 12, 14], 1, 48000, 1024);
        using var segmenter = new AudioSegmenter(sound.Name, init, grid);
        var segments = fragments.SelectMany(segmenter.Add).ToList();
        segmenter.Complete();
        return new(
            sound.Name,
            init.Codec,
            init.Timescale,
            init.Bytes.Length,
            Put(files, sound.Name, init, segments),
            init.SampleRate,
            init.Channels,
            sound.Language,
            sound.Label,
            sound.Label == Sounds[0].Label,
            [sound.Label == Sounds[0].Label ? "main" : "dub"]
        );
    }

    private static SubtitleTrack MakeSubtitles(Dictionary<string, byte[]> files)
    {
        ImmutableArray<long> boundaries = [0, 6, 12, Seconds];
        var writer = new VttWriter(
            [
                new(1000, 2000, "<i>one</i> &amp; only"),
                new(5000, 7000, "two", "line:0"),
                new(9000, 10_000, "three"),
            ],
            boundaries,
            1
        );
        var segments = Enumerable
            .Range(0, 3)
            .Select(index =>
            {
                var text = writer.Segment(index);
                Put(files, $"subtitles-eng/{MediaPaths.TextSegment(index)}", text);
                var start = boundaries[index];
                return new PackagedSegment(
                    index,
                    start,
                    boundaries[index + 1] - start,
                    text.Length,
                    []
                );
            });
        Put(files, $"subtitles-eng/{MediaPaths.WholeText}", writer.Whole());
        return new(
            "subtitles-eng",
            1,
            [.. segments],
            "en",
            "English",
            false,
            false,
            true,
            "caption"
        );
    }

    private static ImmutableArray<PackagedSegment> Put(
        Dictionary<string, byte[]> files,
        string name,
        InitSegment init,
        List<MediaSegment> segments
    )
    {
        files[$"{Revision}/{name}/init.mp4"] = init.Bytes.ToArray();
        foreach (var segment in segments)
        {
            var file = MediaPaths.Segment(segment.Facts.Index);
            files[$"{Revision}/{name}/{file}"] = segment.Bytes.ToArray();
            segment.Dispose();
        }
        return [.. segments.Select(segment => segment.Facts)];
    }

    private static void Put(Dictionary<string, byte[]> files, string path, string text) =>
        files[$"{Revision}/{path}"] = Encoding.UTF8.GetBytes(text);
}
