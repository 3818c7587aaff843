using System.Buffers.Binary;
using System.Text;
using Laddermill.Packaging;

namespace Laddermill.Tests.Packaging;

public sealed class FragmentReaderTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 30_000)]
    public async Task Ffmpeg_writes_one_fragment_for_each_GOP()
    {
        var (_, fragments) = await Clips.Read(await Clips.Video);
        Assert.Equal([0, 30030, 60060, 90090, 120120], fragments.Select(f => f.Start));
        Assert.All(
            fragments,
            fragment =>
            {
                Assert.Equal(30, fragment.SampleCount);
                Assert.Equal(30030, fragment.Duration);
                Assert.Equal(fragment.Start, fragment.FirstPresentationTime);
                Assert.True(fragment.First.IsSync);
                Assert.Equal(fragment.MoofLength + 8, fragment.First.Offset);
            }
        );
        Assert.Equal([1u, 2, 3, 4, 5], fragments.Select(f => f.SequenceNumber));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_init_segment_of_video_tells_what_playlists_need()
    {
        var (init, _) = await Clips.Read(await Clips.Video);
        Assert.Equal(
            (true, "avc1.64000d", 30000, 320, 180, 0, 0, 0L),
            (
                init.IsVideo,
                init.Codec,
                init.Timescale,
                init.Width,
                init.Height,
                init.SampleRate,
                init.Channels,
                init.Priming
            )
        );
        Assert.Equal("iso6mp41dashcmfccfsd", Clips.BrandsOf(init));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_init_segment_of_audio_tells_the_priming_and_loses_its_edit_list()
    {
        var (init, _) = await Clips.Read(await Clips.Audio);
        Assert.Equal(
            (false, "mp4a.40.2", 48000, 48000, 2, 1024L),
            (init.IsVideo, init.Codec, init.Timescale, init.SampleRate, init.Channels, init.Priming)
        );
        Assert.Equal("iso6mp41dashcmfccaac", Clips.BrandsOf(init));
        var text = Encoding.Latin1.GetString(init.Bytes.Span);
        Assert.DoesNotContain("edts", text, StringComparison.Ordinal);
        Assert.DoesNotContain("udta", text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task Samples_fill_the_mdat_in_decode_order()
    {
        var (_, fragments) = await Clips.Read(await Clips.Video);
        foreach (var fragment in fragments)
        {
            var (offset, time) = (fragment.MoofLength + 8, fragment.Start);
            foreach (var sample in fragment)
            {
                Assert.Equal((offset, time), (sample.Offset, sample.DecodeTime));
                Assert.Equal(sample.Offset == fragment.First.Offset, sample.IsSync);
                Assert.Equal(sample.Size, fragment.DataOf(sample).Length);
                (offset, time) = (offset + sample.Size, time + sample.Duration);
            }
            Assert.Equal(fragment.Bytes.Length, offset);
            Assert.Equal(fragment.End, time);
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task Enumerating_samples_allocates_nothing()
    {
        var (_, fragments) = await Clips.Read(await Clips.Video);
        Assert.Equal(30, Count(fragments[0]));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var count = Count(fragments[0]);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(30, count);

        static int Count(Fragment fragment)
        {
            var count = 0;
            foreach (var _ in fragment)
            {
                count++;
            }
            return count;
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task A_rebased_fragment_says_its_new_time_in_its_bytes()
    {
        var (init, fragments) = await Clips.Read(await Clips.Video);
        fragments[1].Rebase(9_000_000_000, 77);
        Assert.Equal(9_000_000_000, fragments[1].FirstPresentationTime);
        Assert.Equal(9_000_030_030, fragments[1].End);

        var (_, again) = await Clips.Read([.. init.Bytes.Span, .. fragments[1].Bytes.Span]);
        Assert.Equal((9_000_000_000, 77u), (again[0].Start, again[0].SequenceNumber));
        Assert.Equal(9_000_000_000, again[0].First.DecodeTime);
    }

    [Fact(Timeout = 30_000)]
    public async Task Boxes_between_fragments_are_read_over()
    {
        var (init, fragments) = await Clips.Read(await Clips.Video);
        byte[] file =
        [
            .. init.Bytes.Span,
            .. Crafted.Box("styp", 16),
            .. Crafted.Box("sidx", 40),
            .. fragments[0].Bytes.Span,
            .. Crafted.LongBox("free", 100_000),
            .. fragments[1].Bytes.Span,
            .. Crafted.Box("mfra", 59),
        ];
        var (_, again) = await Clips.Read(file);
        Assert.Equal([0, 30030], again.Select(f => f.Start));
    }

    [Fact(Timeout = 60_000)]
    public async Task Wherever_the_stream_breaks_off_no_half_fragment_is_returned()
    {
        var (init, fragments) = await Clips.Read(await Clips.EncodeVideo(0, 2));
        var ends = fragments
            .Select(f => f.Bytes.Length)
            .Aggregate(
                new List<int> { init.Bytes.Length },
                (list, length) => [.. list, list[^1] + length]
            );
        byte[] file = [.. init.Bytes.Span, .. fragments.SelectMany(f => f.Bytes.ToArray())];
        for (var length = 0; length < file.Length; length++)
        {
            var cut = file[..length];
            if (ends.Contains(length))
            {
                var (_, whole) = await Clips.Read(cut);
                Assert.Equal(ends.IndexOf(length), whole.Count);
            }
            else
            {
                await Assert.ThrowsAsync<TruncatedMediaException>(() => Clips.Read(cut));
            }
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task A_fragment_over_the_limit_is_refused_before_it_is_read()
    {
        var (init, _) = await Clips.Read(await Clips.Video);
        byte[] file =
        [
            .. init.Bytes.Span,
            .. Crafted.Box("moof", 100),
            .. Crafted.LongHeader("mdat", 1L << 40),
        ];
        var reader = new FragmentReader(new MemoryStream(file), 1 << 20);
        await reader.ReadInitAsync(Cancellation);
        var error = await Assert.ThrowsAsync<MalformedMediaException>(async () =>
            await reader.ReadFragmentAsync(Cancellation)
        );
        Assert.Contains("at most 1048576", error.Message, StringComparison.Ordinal);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(0u, "0 bytes")]
    [InlineData(7u, "7 bytes")]
    public async Task A_box_without_a_possible_length_is_refused(uint length, string says)
    {
        var file = new byte[16];
        BinaryPrimitives.WriteUInt32BigEndian(file, length);
        "ftyp"u8.CopyTo(file.AsSpan(4));
        var error = await Assert.ThrowsAsync<MalformedMediaException>(() => Clips.Read(file));
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_mdat_that_stands_alone_is_refused()
    {
        var (init, _) = await Clips.Read(await Clips.Video);
        byte[] file = [.. init.Bytes.Span, .. Crafted.Box("mdat", 8)];
        await Assert.ThrowsAsync<MalformedMediaException>(() => Clips.Read(file));
    }

    [Fact(Timeout = 60_000)]
    public async Task Damaged_bytes_give_no_other_exception_than_that_they_are_damaged()
    {
        byte[][] clips = [await Clips.EncodeVideo(0, 4), (await Clips.Audio)[..3000]];
        var random = new Random(20261123);
        var refused = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var damaged = (byte[])clips[round % 2].Clone();
            for (var i = random.Next(1, 8); i > 0; i--)
            {
                Damage(damaged, random);
            }
            try
            {
                var (_, fragments) = await Clips.Read(damaged);
                Assert.All(fragments, Walk);
            }
            catch (MalformedMediaException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, 1000, 20_000);

        static void Damage(byte[] bytes, Random random)
        {
            // The boxes' heads and tables lie in the first part; the rest is coded picture.
            var position = random.Next(Math.Min(bytes.Length, 1600) - 4);
            switch (random.Next(3))
            {
                case 0:
                    bytes[position] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[position] ^= (byte)(1 << random.Next(8));
                    break;
                default:
                    uint[] extremes = [0, 1, 8, 0x7fffffff, 0x80000000, 0xffffffff];
                    BinaryPrimitives.WriteUInt32BigEndian(
                        bytes.AsSpan(position),
                        extremes[random.Next(extremes.Length)]
                    );
                    break;
            }
        }

        static void Walk(Fragment fragment)
        {
            foreach (var sample in fragment)
            {
                _ = fragment.DataOf(sample);
            }
            fragment.Rebase(1, 1);
            fragment.Dispose();
        }
    }
}
