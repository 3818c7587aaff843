using Laddermill.Packaging;
using Laddermill.Packaging.Dash;
using Laddermill.Packaging.Hls;

namespace Laddermill.Tests.Packaging;

/// <summary>What the writers write is read by ffmpeg's own demuxers, from files as they are published.</summary>
public sealed class PlayedBackTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("laddermill-");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory(Timeout = 60_000)]
    [InlineData("master.m3u8", "0:v", 150)]
    [InlineData("master.m3u8", "0:a", 235)]
    [InlineData("dash.mpd", "0:v", 150)]
    [InlineData("dash.mpd", "0:a", 235)]
    [InlineData("mf4k2c7a/video-180p/playlist.m3u8", "0:v", 150)]
    [InlineData("mf4k2c7a/audio-eng-2ch/playlist.m3u8", "0:a", 235)]
    public async Task Every_frame_is_there(string file, string stream, int frames)
    {
        await PublishAsync();
        var path = Path.Combine(folder.FullName, file);
        var extensions = file.EndsWith(".m3u8", StringComparison.Ordinal)
            ? "-allowed_extensions ALL "
            : "";
        var hashes = await Clips.Encode(
            $"{extensions}-i {path} -map {stream} -fps_mode passthrough -f framemd5 pipe:1"
        );
        Assert.Equal(frames, Clips.LinesOf(hashes));
    }

    private async Task PublishAsync()
    {
        var (videoInit, videoFragments) = await Clips.Read(await Clips.Video);
        using var video = new VideoSegmenter("video-180p", 30000, [0, 90090, 150150]);
        var videoSegments = videoFragments.Select(video.Add).OfType<MediaSegment>().ToList();
        var (audioInit, audioFragments) = await Clips.Read(await Clips.Audio);
        var grid = AudioGrid.Along([0, 90090, 150150], 30000, 48000, 1024);
        using var audio = new AudioSegmenter("audio-eng-2ch", audioInit, grid);
        var audioSegments = audioFragments.SelectMany(audio.Add).ToList();

        var videoTrack = new VideoTrack(
            "video-180p",
            videoInit.Codec,
            videoInit.Timescale,
            videoInit.Bytes.Length,
            [.. videoSegments.Select(s => s.Facts)],
            videoInit.Width,
            videoInit.Height,
            new(30000, 1001)
        );
        var audioTrack = new AudioTrack(
            "audio-eng-2ch",
            audioInit.Codec,
            audioInit.Timescale,
            audioInit.Bytes.Length,
            [.. audioSegments.Select(s => s.Facts)],
            audioInit.SampleRate,
            audioInit.Channels,
            "en",
            "English",
            true,
            ["main"]
        );
        var target = Presentation.TargetDurationOf([videoTrack, audioTrack]);
        var presentation = new Presentation("mf4k2c7a", target, [videoTrack], [audioTrack]);

        Save("mf4k2c7a/video-180p", videoInit, videoSegments);
        Save("mf4k2c7a/audio-eng-2ch", audioInit, audioSegments);
        Save("mf4k2c7a/video-180p/playlist.m3u8", MediaPlaylist.Write(videoTrack, target));
        Save("mf4k2c7a/video-180p/iframes.m3u8", MediaPlaylist.WriteIFrames(videoTrack, target));
        Save("mf4k2c7a/audio-eng-2ch/playlist.m3u8", MediaPlaylist.Write(audioTrack, target));
        Save("dash.mpd", Manifest.Write(presentation));
        Save("master.m3u8", MultivariantPlaylist.Write(presentation));
    }

    private void Save(string rendition, InitSegment init, List<MediaSegment> segments)
    {
        var path = folder.CreateSubdirectory(rendition).FullName;
        File.WriteAllBytes(Path.Combine(path, MediaPaths.Init), init.Bytes.Span);
        foreach (var segment in segments)
        {
            var name = MediaPaths.Segment(segment.Facts.Index);
            File.WriteAllBytes(Path.Combine(path, name), segment.Bytes.Span);
            segment.Dispose();
        }
    }

    private void Save(string file, string text) =>
        File.WriteAllText(Path.Combine(folder.FullName, file), text);
}
