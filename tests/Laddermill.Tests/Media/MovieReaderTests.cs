using System.Buffers.Binary;
using Laddermill.Media;
using Laddermill.Media.Movies;

namespace Laddermill.Tests.Media;

/// <summary>Our reading of the tables of MP4 and MOV files, held to what ffprobe finds in their packets.</summary>
public sealed class MovieReaderTests(TestMedia media)
{
    [Theory]
    [InlineData("plain.mp4", "-bf 2 -g 30")]
    [InlineData("front.mp4", "-bf 3 -g 10 -movflags +faststart")]
    [InlineData("late.mp4", "-bf 2 -g 50 -output_ts_offset 1.5")]
    [InlineData("signed.mp4", "-bf 2 -g 50 -movflags +negative_cts_offsets")]
    [InlineData("keys.mov", "-bf 0 -g 1")]
    [InlineData(
        "hevc.mp4",
        "-c:v libx265 -x265-params log-level=error:bframes=3:keyint=25:min-keyint=25:open-gop=0"
    )]
    public async Task Tables_and_packets_tell_the_same(string name, string options)
    {
        var input = MediaInput.FromFile(await media.FlashAndBeepAsync(name, 4, options));
        var cancellation = TestContext.Current.CancellationToken;
        var info = await new Probe(TimeProvider.System).ReadAsync(input, cancellation);
        var stream = info.MainVideo!;
        var scan = await new FrameScanner(TimeProvider.System).ReadAsync(
            input,
            info,
            stream,
            cancellation
        );

        var found = await MovieReader.ReadAsync(input, stream, cancellation);

        Assert.Null(found.Trouble);
        Assert.Equal(stream.TimeBase, found.TimeBase);
        Assert.Equal(scan!.Coded!.Frames.AsEnumerable(), found.Frames);
    }

    [Theory]
    [InlineData("fragments.mp4", "-movflags +frag_keyframe+empty_moov", "in fragments")]
    [InlineData("cut.mp4", "-bf 0 -g 100 -ss 1 -c:v copy -c:a copy", "leaves some frames out")]
    public async Task What_a_copy_would_not_be_like_is_told(
        string name,
        string options,
        string trouble
    )
    {
        var whole = await media.FlashAndBeepAsync("whole.mp4", 4, "-bf 0 -g 100");
        var clip = await media.ClipAsync(
            name,
            [
                .. (name == "cut.mp4" ? "-ss 1" : "").Split(
                    ' ',
                    StringSplitOptions.RemoveEmptyEntries
                ),
                "-i",
                whole,
                "-c",
                "copy",
                .. options.Split(' ').Where(_ => name != "cut.mp4"),
            ]
        );

        var found = await ReadAsync(clip);

        Assert.Contains(trouble, found.Trouble, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_frames_of_the_container_that_are_none_of_the_bitstream_are_none()
    {
        var clip = await media.FlashAndBeepAsync(
            "open.mp4",
            4,
            "-x264-params open-gop=1:keyint=25:min-keyint=25:bframes=2:scenecut=0 -bf 2"
        );

        var found = await ReadAsync(clip);

        Assert.Equal(
            [0],
            found.Frames.Index().Where(each => each.Item.IsKey).Select(each => each.Index)
        );
    }

    [Fact]
    public async Task Through_a_gateway_little_more_than_the_tables_is_read()
    {
        var path = await media.FlashAndBeepAsync("distant.mp4", 4, "-bf 2 -g 10");
        var file = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        var asked = 0L;
        var input = MediaInput.FromFile(path) with
        {
            ReadAt = (offset, buffer, _) =>
            {
                var count = (int)Math.Clamp(file.Length - offset, 0, buffer.Length);
                file.AsMemory((int)Math.Min(offset, file.Length), count).CopyTo(buffer);
                asked += count;
                return ValueTask.FromResult(count);
            },
        };

        var found = await MovieReader.ReadAsync(
            input,
            Sources.Video(),
            TestContext.Current.CancellationToken
        );

        Assert.Equal(100, found.Frames.Length);
        var head = BinaryPrimitives.ReadUInt32BigEndian(
            file.AsSpan(file.AsSpan().LastIndexOf("moov"u8) - 4)
        );
        Assert.InRange(asked, head, head + 500);
    }

    [Fact]
    public async Task Tables_that_lie_are_refused_and_never_believed()
    {
        var file = await File.ReadAllBytesAsync(
            await media.FlashAndBeepAsync("lies.mp4", 2, "-bf 2 -g 10"),
            TestContext.Current.CancellationToken
        );
        var head = file[(file.AsSpan().LastIndexOf("moov"u8) + 4)..];
        var random = new Random(1);
        for (var round = 0; round < 5_000; round++)
        {
            byte[] spoilt = [.. head];
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                spoilt[random.Next(spoilt.Length)] = (byte)random.Next(256);
            }
            var track = MovieTrack.Read(spoilt.AsSpan(0, random.Next(spoilt.Length + 1)), 0, 1000);
            Assert.True(track.Video.Frames.Length <= 1000);
        }
    }

    private static Task<CodedVideo> ReadAsync(string path) =>
        MovieReader.ReadAsync(
            MediaInput.FromFile(path),
            Sources.Video(),
            TestContext.Current.CancellationToken
        );
}
