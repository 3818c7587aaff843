using System.Globalization;
using System.Text;
using Laddermill.Packaging;
using Laddermill.Packaging.Transport;

namespace Laddermill.Tests.Packaging.Transport;

public sealed class TransportMuxerTests
{
    private const string Silent = "-v warning -f mpegts -i pipe:0";

    [Fact(Timeout = 60_000)]
    public async Task Every_picture_and_sound_is_what_it_was_and_ffmpeg_has_nothing_to_say()
    {
        var clips = await TransportClips.CutAsync();
        using var first = await clips.Mux(0);
        using var second = await clips.Mux(1);
        var pictures = "-map 0:v -fps_mode passthrough -f framemd5 pipe:1";
        Assert.Equal(
            Hashes(
                await Clips.Convert(
                    $"-i pipe:0 {pictures}",
                    [clips.VideoInit.Bytes, .. clips.Video]
                )
            ),
            Hashes(await Clips.Convert($"{Silent} {pictures}", first.Bytes, second.Bytes))
        );
        var sound = "-map 0:a -f s16le pipe:1";
        Assert.Equal(
            await Clips.Convert($"-i pipe:0 {sound}", [clips.AudioInit.Bytes, .. clips.Audio]),
            await Clips.Convert($"{Silent} {sound}", first.Bytes, second.Bytes)
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task Each_segment_plays_alone()
    {
        var clips = await TransportClips.CutAsync();
        using var second = await clips.Mux(1);
        Assert.Equal(
            60,
            Clips.LinesOf(
                await Clips.Convert($"{Silent} -map 0:v -f framemd5 pipe:1", second.Bytes)
            )
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task Times_count_from_10_seconds_and_decoding_begins_two_frames_earlier()
    {
        var clips = await TransportClips.CutAsync();
        using var first = await clips.Mux(0);
        using var second = await clips.Mux(1);
        var lines = Encoding.ASCII.GetString(
            await Clips.Convert(
                $"-copyts {Silent} -map 0:v -c copy -copyts -muxdelay 0 -f framecrc pipe:1",
                first.Bytes,
                second.Bytes
            )
        );
        var times = lines
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line[0] != '#')
            .Select(line => line.Split(','))
            .Select(fields => (Decoded: Number(fields[1]), Shown: Number(fields[2])))
            .ToList();
        Assert.Equal(150, times.Count);
        Assert.Equal((900_000 - 6006, 900_000), times[0]);
        Assert.Equal(
            Enumerable.Range(0, 150).Select(n => 900_000L + (n - 2) * 3003),
            times.Select(each => each.Decoded)
        );
        Assert.Equal(
            Enumerable.Range(0, 150).Select(n => 900_000L + n * 3003),
            times.Select(each => each.Shown).Order()
        );
    }

    [Theory(Timeout = 60_000)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Counters_go_on_from_any_segment_to_any_other(bool hasVideo, bool hasAudio)
    {
        var clips = await TransportClips.CutAsync();
        var last = new Dictionary<int, int>();
        foreach (var index in new[] { 0, 1, 0, 0, 1 })
        {
            using var segment = await clips.Mux(index, hasVideo, hasAudio);
            foreach (var packet in Packet.Of(segment.Bytes))
            {
                var before = last.GetValueOrDefault(packet.Pid, 15);
                var step = packet.Payload.Length > 0 ? 1 : 0;
                Assert.Equal((before + step) % 16, packet.Counter);
                last[packet.Pid] = packet.Counter;
            }
        }
        Assert.Equal(2 + (hasVideo ? 1 : 0) + (hasAudio ? 1 : 0), last.Count);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task The_clock_never_pauses_for_a_tenth_of_a_second(bool hasVideo, bool hasAudio)
    {
        var clips = await TransportClips.CutAsync();
        var references = new List<long>();
        for (var index = 0; index < 2; index++)
        {
            using var segment = await clips.Mux(index, hasVideo, hasAudio);
            references.AddRange(
                Packet.Of(segment.Bytes).Select(each => each.Reference).OfType<long>()
            );
        }
        Assert.All(
            references.Zip(references.Skip(1)),
            pair => Assert.InRange(pair.Second - pair.First, 1, 27_000_000 / 10)
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task Two_frames_a_second_have_references_between_them()
    {
        var (init, fragments) = await Clips.Read(
            await Clips.Encode(
                "-f lavfi -i testsrc2=s=64x64:r=2:d=3 -c:v libx264 -g 6 -video_track_timescale 20000 -pix_fmt yuv420p -movflags +cmaf+skip_trailer -f mp4 pipe:1"
            )
        );
        using var segment = new TransportMuxer("ts-video-64p", init, null).Mux(0, fragments, []);
        var references = Packet
            .Of(segment.Bytes)
            .Select(each => each.Reference)
            .OfType<long>()
            .ToList();
        Assert.All(
            references.Zip(references.Skip(1)),
            pair => Assert.InRange(pair.Second - pair.First, 1, 27_000_000 / 10)
        );
        // To within a tenth of a second of where the next segment begins.
        Assert.InRange(references[^1] - references[0], 27_000_000L * 29 / 10, 27_000_000L * 3 - 1);
    }

    [Fact(Timeout = 60_000)]
    public async Task Segments_begin_with_tables_and_a_key_frame_with_its_parameters()
    {
        var clips = await TransportClips.CutAsync();
        using var segment = await clips.Mux(1);
        var packets = Packet.Of(segment.Bytes);
        Assert.Equal([0, 0x1000, 0x100], packets.Take(3).Select(packet => packet.Pid));
        // The association table of program 1 with its map in PID 0x1000, as it stands in most streams there are.
        Assert.Equal(
            "0000B00D0001C100000001F0002AB104B2",
            Convert.ToHexString(packets[0].Payload.AsSpan(0, 17))
        );
        Assert.Equal(
            [9, 7, 8],
            UnitsOf(
                    packets
                        .Where(packet => packet.Pid == 0x100)
                        .SelectMany(packet => packet.Payload)
                )
                .Take(3)
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task Each_key_frame_can_be_shown_by_its_bytes_alone()
    {
        var clips = await TransportClips.CutAsync();
        using var segment = await clips.Mux(0);
        Assert.Equal(3, segment.Facts.KeyFrames.Length);
        foreach (var key in segment.Facts.KeyFrames)
        {
            var bytes = segment.Bytes.Slice((int)key.Offset, key.Length);
            Assert.Equal(0, Packet.Of(bytes)[0].Pid);
            Assert.Equal(
                1,
                Clips.LinesOf(
                    await Clips.Convert("-f mpegts -i pipe:0 -map 0:v -f framemd5 pipe:1", bytes)
                )
            );
        }
        Assert.Equal([0L, 30030, 60060], segment.Facts.KeyFrames.Select(key => key.Start));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_sliver_of_a_segment_is_whole_too()
    {
        var (init, fragments) = await Clips.Read(await Clips.EncodeVideo(0, 1));
        using var segment = new TransportMuxer("ts-video-180p", init, null).Mux(7, fragments, []);
        Assert.All(
            Packet.Of(segment.Bytes).CountBy(packet => packet.Pid),
            count => Assert.Equal(0, count.Value % 16)
        );
        Assert.Equal(
            1,
            Clips.LinesOf(await Clips.Convert($"{Silent} -f framemd5 pipe:1", segment.Bytes))
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task What_no_transport_stream_can_hold_is_refused()
    {
        var clips = await TransportClips.CutAsync();
        Assert.Throws<MalformedMediaException>(() =>
            new TransportMuxer("ts", clips.VideoInit with { Codec = "hvc1.1.6.L93.90" }, null)
        );
        Assert.Throws<MalformedMediaException>(() =>
            new TransportMuxer("ts", null, clips.AudioInit with { Codec = "mp4a.40.5" })
        );
        for (var length = 0; length < clips.VideoInit.Configuration.Length - 8; length++)
        {
            var cut = clips.VideoInit with
            {
                Configuration = clips.VideoInit.Configuration[..length],
            };
            Assert.Throws<MalformedMediaException>(() => new TransportMuxer("ts", cut, null));
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_unit_longer_than_its_frame_is_refused()
    {
        var clips = await TransportClips.CutAsync();
        var fragments = await TransportClips.Read(clips.VideoInit, clips.Video[0]);
        var broken = clips.Video[0].ToArray();
        // Behind the segment's type box, and the first fragment's head, lies the first length.
        var place =
            broken.Length - fragments.Sum(each => each.Bytes.Length) + fragments[0].First.Offset;
        broken[place] = 0x7f;
        fragments = await TransportClips.Read(clips.VideoInit, broken);
        Assert.Throws<MalformedMediaException>(() =>
            new TransportMuxer("ts", clips.VideoInit, null).Mux(0, fragments, [])
        );
    }

    private static IEnumerable<int> UnitsOf(IEnumerable<byte> stream)
    {
        var zeros = 0;
        var isNext = false;
        foreach (var value in stream)
        {
            if (isNext && value < 0x80)
            {
                yield return value & 31;
            }
            isNext = zeros >= 2 && value == 1;
            zeros = value == 0 ? zeros + 1 : 0;
        }
    }

    private static IEnumerable<string> Hashes(byte[] lines) =>
        Encoding
            .ASCII.GetString(lines)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line[0] != '#')
            .Select(line => line[(line.LastIndexOf(',') + 1)..]);

    private static long Number(string text) =>
        long.Parse(text, NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture);
}
