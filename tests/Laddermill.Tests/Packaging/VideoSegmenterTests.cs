using System.Buffers.Binary;
using System.Collections.Immutable;
using Laddermill.Packaging;

namespace Laddermill.Tests.Packaging;

public sealed class VideoSegmenterTests
{
    private const int Gop = 30030;

    [Fact(Timeout = 30_000)]
    public async Task Fragments_become_segments_along_the_grid()
    {
        var (init, fragments) = await Clips.Read(await Clips.Video);
        var segments = Cut(fragments, [0, 2 * Gop, 4 * Gop, 5 * Gop]);

        Assert.Equal([0, 1, 2], segments.Select(s => s.Facts.Index));
        Assert.Equal([0, 2 * Gop, 4 * Gop], segments.Select(s => s.Facts.Start));
        Assert.Equal([2 * Gop, 2 * Gop, Gop], segments.Select(s => s.Facts.Duration));
        Assert.All(segments, s => Assert.Equal(s.Facts.Bytes, s.Bytes.Length));
        Assert.Equal([0, Gop], segments[0].Facts.KeyFrames.Select(k => k.Start));
        Assert.Equal(fragments.Sum(f => f.Bytes.Length) + 3 * 28, segments.Sum(s => s.Facts.Bytes));
        Assert.Equal(150, await Clips.CountFrames([init.Bytes, .. segments.Select(s => s.Bytes)]));
    }

    [Fact(Timeout = 60_000)]
    public async Task Each_key_frame_decodes_from_its_span_alone()
    {
        var (init, fragments) = await Clips.Read(await Clips.Video);
        foreach (var segment in Cut(fragments, [0, 3 * Gop, 5 * Gop]))
        {
            foreach (var key in segment.Facts.KeyFrames)
            {
                var span = segment.Bytes.Slice((int)key.Offset, key.Length);
                // The mdat says that it is longer: only the first picture is there.
                Assert.InRange(span.Length, 1, segment.Bytes.Length / 2);
                Assert.Equal(1, await Clips.CountFrames(init.Bytes, Completed(span)));
            }
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Ranges_encoded_apart_join_to_the_whole()
    {
        var (init, whole) = await Clips.Read(await Clips.Video);
        List<MediaSegment> segments = [];
        foreach (var (first, frames) in new[] { (0, 60), (60, 60), (120, 30) })
        {
            var (itsInit, fragments) = await Clips.Read(await Clips.EncodeVideo(first, frames));
            Assert.Equal(init.Bytes.ToArray(), itsInit.Bytes.ToArray());
            foreach (var fragment in fragments)
            {
                var start = fragment.Start + first * 1001;
                fragment.Rebase(start, (uint)(start / Gop + 1));
            }
            segments.AddRange(
                Cut(
                    fragments,
                    [first * 1001, .. frames == 30 ? [5L * Gop] : new[] { (first + 60L) * 1001 }],
                    first / 60
                )
            );
        }
        Assert.Equal([0, 1, 2], segments.Select(s => s.Facts.Index));
        Assert.Equal(whole[^1].End, segments[^1].Facts.Start + segments[^1].Facts.Duration);
        var (_, joined) = await Clips.Read([
            .. init.Bytes.Span,
            .. segments.SelectMany(s => s.Bytes.ToArray()),
        ]);
        Assert.Equal(whole.Select(f => f.Start), joined.Select(f => f.Start));
        Assert.Equal(whole.Select(f => f.SequenceNumber), joined.Select(f => f.SequenceNumber));
        Assert.Equal(150, await Clips.CountFrames([init.Bytes, .. segments.Select(s => s.Bytes)]));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(
        "a gap",
        "video-180p at 1.001 s: the next fragment starts at tick 60060, but 30030"
    )]
    [InlineData(
        "a boundary inside",
        "video-180p at 1.001 s: a fragment ends at tick 60060, beyond"
    )]
    [InlineData(
        "no key frame",
        "video-180p at 1.001 s: a fragment does not start with a key frame"
    )]
    [InlineData("too much", "video-180p at 2.002 s: the encoder went on after the end")]
    [InlineData("too little", "video-180p at 5.005 s: the encoder stopped 30030 ticks")]
    public async Task What_is_off_the_grid_is_refused(string fault, string says)
    {
        var (_, fragments) = await Clips.Read(await Clips.Video);
        ImmutableArray<long> grid = fault switch
        {
            "a boundary inside" => [0, Gop, Gop + 1001, 5 * Gop],
            "too much" => [0, 2 * Gop],
            "too little" => [0, 6 * Gop],
            _ => [0, 3 * Gop, 5 * Gop],
        };
        switch (fault)
        {
            case "a gap":
                fragments.RemoveAt(1);
                break;
            case "no key frame":
                fragments[1] = await WithoutKeyFrame(fragments[1]);
                break;
        }
        var error = Assert.Throws<OffGridException>(() => Cut(fragments, grid));
        Assert.StartsWith(says, error.Message, StringComparison.Ordinal);
        Assert.Equal("video-180p", error.Rendition);
    }

    private static List<MediaSegment> Cut(
        List<Fragment> fragments,
        ImmutableArray<long> boundaries,
        int firstIndex = 0
    )
    {
        using var segmenter = new VideoSegmenter("video-180p", 30000, boundaries, firstIndex);
        List<MediaSegment> segments = [];
        foreach (var fragment in fragments)
        {
            if (segmenter.Add(fragment) is { } segment)
            {
                segments.Add(segment);
            }
        }
        segmenter.Complete();
        return segments;
    }

    /// <summary>The same fragment with the flags of its first sample (right behind the trun's data offset) saying "not sync".</summary>
    private static async Task<Fragment> WithoutKeyFrame(Fragment fragment)
    {
        var bytes = fragment.Bytes.ToArray();
        bytes[bytes.AsSpan().IndexOf("trun"u8) + 16 + 1] = 1;
        var (init, _) = await Clips.Read(await Clips.Video);
        var (_, again) = await Clips.Read([.. init.Bytes.Span, .. bytes]);
        return again[0];
    }

    /// <summary>A moof with as much of its mdat as there is: the mdat's length is set to that, and the trun's count to one sample.</summary>
    private static byte[] Completed(ReadOnlyMemory<byte> span)
    {
        var bytes = span.ToArray();
        var mdat = bytes.AsSpan().IndexOf("mdat"u8) - 4;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(mdat), bytes.Length - mdat);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(bytes.AsSpan().IndexOf("trun"u8) + 8), 1);
        return bytes;
    }
}
