using System.Collections.Immutable;
using Laddermill.Packaging;

namespace Laddermill.Tests.Packaging;

public sealed class AudioSegmenterTests
{
    // Segments of 60 frames at 29.97 fps, 5 s in all: 93.84, 187.69 and 234.61 packets of AAC.
    private static readonly ImmutableArray<long> VideoGrid = [0, 60060, 120120, 150150];

    [Fact]
    public void Boundaries_lie_on_the_nearest_packet_and_the_end_is_rounded_up()
    {
        var grid = AudioGrid.Along(VideoGrid, 30000, 48000, 1024);
        Assert.Equal([0, 94, 188, 235], grid.Boundaries);
    }

    [Fact]
    public void A_segment_shorter_than_a_packet_joins_the_one_before()
    {
        var grid = AudioGrid.Along([0, 96100, 96200], 48000, 48000, 1024);
        Assert.Equal([0, 94], grid.Boundaries);
    }

    [Fact(Timeout = 30_000)]
    public async Task Audio_is_in_sync_to_the_sample_without_an_edit_list()
    {
        var (init, fragments) = await Clips.Read(await Clips.Audio);
        var segments = Cut(init, fragments, VideoGrid);

        Assert.Equal([0, 94 * 1024, 188 * 1024], segments.Select(s => s.Facts.Start));
        Assert.Equal([94 * 1024, 94 * 1024, 47 * 1024], segments.Select(s => s.Facts.Duration));
        Assert.All(segments, s => Assert.Equal(s.Facts.Bytes, s.Bytes.Length));

        var samples = await Clips.DecodeAudio([init.Bytes, .. segments.Select(s => s.Bytes)]);
        Assert.Equal(235 * 1024, samples.Length);
        Assert.Equal(Clips.Click, LoudestOf(samples));
    }

    [Fact(Timeout = 30_000)]
    public async Task Our_fragments_read_like_the_encoders()
    {
        var (init, fragments) = await Clips.Read(await Clips.Audio);
        var segments = Cut(init, fragments, VideoGrid);
        var (again, ours) = await Clips.Read([
            .. init.Bytes.Span,
            .. segments.SelectMany(s => s.Bytes.ToArray()),
        ]);
        Assert.Equal(init.Bytes.ToArray(), again.Bytes.ToArray());
        Assert.Equal([1u, 2, 3], ours.Select(f => f.SequenceNumber));
        Assert.Equal(segments.Select(s => s.Facts.Start), ours.Select(f => f.Start));
        Assert.Equal(Packets(fragments).Skip(1).Take(235), Packets(ours));
    }

    [Fact(Timeout = 30_000)]
    public async Task Packets_after_the_end_are_dropped()
    {
        var (init, fragments) = await Clips.Read(await Clips.Audio);
        var segments = Cut(init, fragments, [0, 60060]);
        Assert.Equal(94 * 1024, Assert.Single(segments).Facts.Duration);
    }

    [Fact(Timeout = 30_000)]
    public async Task Too_few_packets_are_refused()
    {
        var (init, fragments) = await Clips.Read(await Clips.Audio);
        var error = Assert.Throws<OffGridException>(() => Cut(init, fragments, [0, 180180]));
        Assert.Equal(
            "audio-eng-2ch at 5.013 s: the encoder stopped 47 packets too early.",
            error.Message
        );
    }

    [Fact(Timeout = 30_000)]
    public async Task A_gap_is_refused()
    {
        var (init, fragments) = await Clips.Read(await Clips.Audio);
        fragments.RemoveAt(2);
        var error = Assert.Throws<OffGridException>(() => Cut(init, fragments, VideoGrid));
        Assert.StartsWith("audio-eng-2ch at 1.984 s: ", error.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_encoder_delay_of_part_of_a_packet_is_refused()
    {
        var (init, _) = await Clips.Read(await Clips.Audio);
        var grid = AudioGrid.Along(VideoGrid, 30000, 48000, 1024);
        Assert.Throws<OffGridException>(() =>
            new AudioSegmenter("audio-eng-2ch", init with { Priming = 312 }, grid)
        );
    }

    private static List<MediaSegment> Cut(
        InitSegment init,
        List<Fragment> fragments,
        ImmutableArray<long> boundaries
    )
    {
        var grid = AudioGrid.Along(boundaries, 30000, init.SampleRate, 1024);
        using var segmenter = new AudioSegmenter("audio-eng-2ch", init, grid);
        var segments = fragments.SelectMany(segmenter.Add).ToList();
        segmenter.Complete();
        return segments;
    }

    private static List<string> Packets(List<Fragment> fragments)
    {
        List<string> packets = [];
        foreach (var fragment in fragments)
        {
            foreach (var sample in fragment)
            {
                packets.Add(Convert.ToHexString(fragment.DataOf(sample)));
            }
        }
        return packets;
    }

    private static int LoudestOf(short[] samples) =>
        Enumerable.Range(0, samples.Length).MaxBy(i => Math.Abs((int)samples[i]));
}
