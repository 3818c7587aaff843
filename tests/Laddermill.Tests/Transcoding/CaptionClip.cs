using System.Globalization;
using System.Numerics;

namespace Laddermill.Tests.Transcoding;

/// <summary>An H.264 clip with CEA-608 captions inside, two letters in a frame, since no free encoder makes one.</summary>
internal static class CaptionClip
{
    /// <summary>29.97 frames/s without B-frames, so that frames lie in the order in which they are shown.</summary>
    /// <param name="captions">Text in capital letters, shown from one frame until another; loaded in the frames before.</param>
    public static async Task<string> MakeAsync(
        TestMedia media,
        int frames,
        params (string Text, int From, int Until)[] captions
    )
    {
        var plain = await media.ClipAsync(
            "plain.h264",
            [
                .. $"-f lavfi -i testsrc2=size=320x180:rate=30000/1001 -frames:v {frames}".Split(
                    ' '
                ),
                .. "-c:v libx264 -preset ultrafast -bf 0 -pix_fmt yuv420p".Split(' '),
            ]
        );
        var pairs = new (byte, byte)[frames];
        foreach (var (text, from, until) in captions)
        {
            // Resume caption loading, row 15, the text, end of caption; later erase displayed memory. Controls are sent twice.
            List<(byte, byte)> load = [(0x14, 0x20), (0x14, 0x20), (0x14, 0x70), (0x14, 0x70)];
            load.AddRange(
                text.PadRight(text.Length + text.Length % 2)
                    .Chunk(2)
                    .Select(two => ((byte)two[0], (byte)two[1]))
            );
            load.AddRange([(0x14, 0x2F), (0x14, 0x2F)]);
            for (var index = 0; index < load.Count; index++)
            {
                pairs[from + 2 - load.Count + index] = load[index];
            }
            (pairs[until], pairs[until + 1]) = ((0x14, 0x2C), (0x14, 0x2C));
        }
        var path = Path.Join(media.NewFolder(), "captions.h264");
        await File.WriteAllBytesAsync(
            path,
            Insert(await File.ReadAllBytesAsync(plain), pairs),
            TestContext.Current.CancellationToken
        );
        return await media.ClipAsync(
            "captions.mp4",
            [.. "-r 30000/1001 -f h264 -i".Split(' '), path, "-c", "copy"]
        );
    }

    /// <summary>The words and times that a player shows, as SubRip.</summary>
    /// <param name="file">A whole MP4 in a path without characters that a filter graph takes as its own.</param>
    public static async Task<string> ReadAsync(string file) =>
        System.Text.Encoding.UTF8.GetString(
            await Published.FfmpegAsync([
                "-f",
                "lavfi",
                "-i",
                string.Create(CultureInfo.InvariantCulture, $"movie={file}[out0+subcc]"),
                "-map",
                "0:1",
                "-f",
                "srt",
                "pipe:1",
            ])
        );

    /// <summary>Puts an SEI unit before each picture's first slice.</summary>
    private static byte[] Insert(byte[] stream, (byte, byte)[] pairs)
    {
        var result = new List<byte>(stream.Length + pairs.Length * 32);
        var (frame, start) = (0, 0);
        for (var at = 0; at + 4 < stream.Length; at++)
        {
            if (stream.AsSpan(at) is not [0, 0, 1, ..])
            {
                continue;
            }
            // first_mb_in_slice is 0 (one bit): the picture's first slice.
            if ((stream[at + 3] & 0x1F) is 1 or 5 && (stream[at + 4] & 0x80) != 0)
            {
                result.AddRange(stream[start..at]);
                result.AddRange(Sei(pairs[frame++]));
                start = at;
            }
        }
        result.AddRange(stream[start..]);
        return [.. result];
    }

    private static byte[] Sei((byte, byte) pair) =>
        [
            .. (byte[])[0, 0, 1, 6, 4, 14, 0xB5, 0, 0x31],
            .. "GA94"u8,
            .. (byte[])[3, 0xC1, 0xFF, 0xFC, Odd(pair.Item1), Odd(pair.Item2), 0xFF, 0x80],
        ];

    /// <summary>Seven bits with odd parity.</summary>
    private static byte Odd(byte value) =>
        (byte)(BitOperations.PopCount(value) % 2 == 0 ? value | 0x80 : value);
}
