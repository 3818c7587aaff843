using System.Collections.Immutable;
using Laddermill.Packaging;
using Laddermill.Packaging.Transport;

namespace Laddermill.Tests.Packaging.Transport;

/// <summary>Clips cut to segments, and the transport stream that is made of them.</summary>
internal sealed class TransportClips
{
    /// <summary>Ticks of 1/30000 s: segments of 90 and 60 frames at 29.97 fps.</summary>
    public static readonly ImmutableArray<long> Grid = [0, 90090, 150150];

    public required InitSegment VideoInit { get; init; }

    public required InitSegment AudioInit { get; init; }

    public required List<ReadOnlyMemory<byte>> Video { get; init; }

    public required List<ReadOnlyMemory<byte>> Audio { get; init; }

    public static async Task<TransportClips> CutAsync()
    {
        var (videoInit, videoFragments) = await Clips.Read(await Clips.Video);
        using var video = new VideoSegmenter("video-180p", 30000, Grid);
        var (audioInit, audioFragments) = await Clips.Read(await Clips.Audio);
        var grid = AudioGrid.Along(Grid, 30000, 48000, 1024);
        using var audio = new AudioSegmenter("audio-eng-2ch", audioInit, grid);
        return new TransportClips
        {
            VideoInit = videoInit,
            AudioInit = audioInit,
            Video =
            [
                .. videoFragments.Select(video.Add).OfType<MediaSegment>().Select(s => s.Bytes),
            ],
            Audio = [.. audioFragments.SelectMany(audio.Add).Select(s => s.Bytes)],
        };
    }

    public async Task<MediaSegment> Mux(int index, bool hasVideo = true, bool hasAudio = true)
    {
        var muxer = new TransportMuxer(
            "ts-video-180p",
            hasVideo ? VideoInit : null,
            hasAudio ? AudioInit : null
        );
        return muxer.Mux(
            index,
            hasVideo ? await Read(VideoInit, Video[index]) : [],
            hasAudio ? await Read(AudioInit, Audio[index]) : []
        );
    }

    public static async Task<List<Fragment>> Read(InitSegment init, ReadOnlyMemory<byte> segment)
    {
        var reader = FragmentReader.After(init, new MemoryStream(segment.ToArray()));
        List<Fragment> fragments = [];
        while (
            await reader.ReadFragmentAsync(TestContext.Current.CancellationToken) is { } fragment
        )
        {
            fragments.Add(fragment);
        }
        return fragments;
    }
}
