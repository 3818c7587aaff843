using System.Buffers.Binary;
using System.Globalization;

namespace Laddermill.Tests.Verification;

/// <summary>Ways to break the rules of transport streams.</summary>
internal static class TransportBreaks
{
    private const string Master = "master-ts.m3u8";
    private const string Variant = "EXT-X-STREAM-INF";
    private const string First = "mf4k2c7a/ts-video-180p/";
    private const string Second = "mf4k2c7a/ts-video-108p/";
    private const string Segment = First + "00001.ts";
    private const int Length = 188;
    private const int VideoPid = 0x100;
    private const int AudioPid = 0x101;

    public static IEnumerable<Break> All =>
        Breaks.Select(each => each with { From = () => Outputs.Transport });

    private static readonly Break[] Breaks =
    [
        new(
            "ts.packets",
            "the end of a segment is missing",
            edit => edit.Files[Segment] = edit.Files[Segment][..^100]
        ),
        new(
            "ts.packets",
            "a packet without its sync byte",
            edit => edit.Patch(Segment, 5 * Length, 0x48)
        ),
        new(
            "ts.packets",
            "a sound frame that is longer than its packet",
            edit =>
            {
                var head = PesAt(edit, Segment, AudioPid, 2) + 14;
                edit.Patch(Segment, head + 3, (byte)(edit.Files[Segment][head + 3] | 3));
            }
        ),
        new(
            "ts.tables",
            "the map in front of the association",
            edit =>
            {
                var bytes = edit.Files[Segment];
                edit.Files[Segment] =
                [
                    .. bytes[Length..(2 * Length)],
                    .. bytes[..Length],
                    .. bytes[(2 * Length)..],
                ];
            }
        )
        {
            // The key frame's bytes have to begin with both.
            Also = ["ts.iframes"],
        },
        new(
            "ts.continuity",
            "a counter that jumps",
            edit =>
            {
                var packet = PacketOf(edit, Segment, AudioPid, 3);
                edit.Patch(Segment, packet + 3, (byte)(edit.Files[Segment][packet + 3] ^ 5));
            }
        ),
        new(
            "ts.continuity",
            "a packet that is missing at a segment's end",
            edit =>
            {
                // A table at the end is needed by nothing but its counter.
                var bytes = edit.Files[Segment];
                var last = Enumerable
                    .Range(0, bytes.Length / Length)
                    .Last(index => (bytes[index * Length + 1] & 0x1f) == 0x10);
                edit.Files[Segment] =
                [
                    .. bytes[..(last * Length)],
                    .. bytes[((last + 1) * Length)..],
                ];
            }
        ),
        new(
            "ts.key-frames",
            "a segment that begins without a delimiter",
            edit => Undelimit(edit, 0)
        ),
        new("ts.key-frames", "a picture without a delimiter", edit => Undelimit(edit, 7)),
        new(
            "ts.clock",
            "a reference half a second late",
            edit =>
            {
                var bytes = edit.Files[Segment];
                var packet = Enumerable
                    .Range(0, bytes.Length / Length)
                    .Select(index => index * Length)
                    .Where(at => (bytes[at + 3] & 0x20) != 0 && bytes[at + 4] > 6)
                    .Where(at => (bytes[at + 5] & 0x10) != 0)
                    .ElementAt(10);
                // The upper 32 of 33 bits of 90 kHz.
                edit.Add(Segment, packet + 6, 22_500);
            }
        ),
        new(
            "ts.picture-times",
            "a picture that is decoded a hundredth of a second later",
            edit =>
            {
                var times = Enumerable
                    .Range(1, 40)
                    .Select(index => PesAt(edit, Segment, VideoPid, index) + 9)
                    .First(at =>
                        edit.Files[Segment][at - 2] >> 6 == 3
                        && Time(edit, Segment, at) - Time(edit, Segment, at + 5) > 900
                    );
                Move(edit, Segment, times + 5, 900);
            }
        ),
        new(
            "ts.sound-times",
            "sound that comes a hundredth of a second later",
            edit => Move(edit, Segment, PesAt(edit, Segment, AudioPid, 4) + 9, 900)
        ),
        new(
            "ts.sync",
            "all sound a tenth of a second later",
            edit =>
            {
                foreach (
                    var path in edit.Files.Keys.Where(path =>
                        path.StartsWith(First, StringComparison.Ordinal)
                        && path.EndsWith(".ts", StringComparison.Ordinal)
                    )
                )
                {
                    foreach (var packet in StartsOf(edit, path, AudioPid))
                    {
                        Move(edit, path, PayloadAt(edit, path, packet) + 9, 9000);
                    }
                }
            }
        ),
        new(
            "ts.grid",
            "a segment less than the others have",
            edit =>
            {
                var lines = edit.Text(Second + "playlist.m3u8").Split('\n').ToList();
                var last = lines.FindLastIndex(line =>
                    line.StartsWith("#EXTINF", StringComparison.Ordinal)
                );
                lines.RemoveRange(last, 2);
                edit.Files[Second + "playlist.m3u8"] = System.Text.Encoding.UTF8.GetBytes(
                    string.Join('\n', lines)
                );
            }
        )
        {
            // Its key frames are named still.
            Also = ["ts.iframes"],
        },
        new(
            "ts.version",
            "a version that players of old do not know",
            edit => edit.Replace(First + "playlist.m3u8", "VERSION:3", "VERSION:6")
        ),
        new(
            "ts.extinf",
            "a segment said to be longer than it is",
            edit => edit.Replace(First + "playlist.m3u8", "EXTINF:6.000000", "EXTINF:6.200000")
        ),
        new(
            "ts.extinf",
            "another target duration than in the other playlists",
            edit => edit.Replace(Second + "playlist.m3u8", "TARGETDURATION:6", "TARGETDURATION:7")
        ),
        new(
            "ts.bandwidth",
            "a lower peak than is there",
            edit => edit.Attribute(Master, Variant, "BANDWIDTH", Less)
        ),
        new(
            "ts.bandwidth",
            "a lower average than is there",
            edit => edit.Attribute(Master, Variant, "AVERAGE-BANDWIDTH", Less)
        ),
        new(
            "ts.variants",
            "another kind of sound",
            edit => edit.Replace(Master, "mp4a.40.2", "mp4a.40.5")
        ),
        new(
            "ts.variants",
            "another size",
            edit => edit.Attribute(Master, Variant, "RESOLUTION", _ => "640x360")
        ),
        new(
            "ts.variants",
            "another frame rate",
            edit => edit.Attribute(Master, Variant, "FRAME-RATE", _ => "50.000")
        ),
        new(
            "ts.iframes",
            "a range that begins behind the tables",
            edit => edit.Replace(First + "iframes.m3u8", "@0\n", "@376\n")
        ),
    ];

    private static string Less(string value) =>
        (long.Parse(value, CultureInfo.InvariantCulture) * 8 / 10).ToString(
            CultureInfo.InvariantCulture
        );

    /// <summary>Makes the delimiter in front of a picture a unit of another kind.</summary>
    private static void Undelimit(OutputEdit edit, int picture)
    {
        var from = 0;
        for (var index = 0; index <= picture; index++)
        {
            var next = edit.Files[Segment].AsSpan(from).IndexOf((byte[])[0, 0, 0, 1, 9, 0xf0]);
            Assert.True(next >= 0);
            from += next + 5;
        }
        edit.Patch(Segment, from - 1, 12);
    }

    private static int PidAt(byte[] bytes, int packet) =>
        BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(packet + 1)) & 0x1fff;

    private static int PacketOf(OutputEdit edit, string path, int pid, int occurrence) =>
        Enumerable
            .Range(0, edit.Files[path].Length / Length)
            .Select(index => index * Length)
            .Where(packet => PidAt(edit.Files[path], packet) == pid)
            .ElementAt(occurrence);

    private static List<int> StartsOf(OutputEdit edit, string path, int pid) =>
        [
            .. Enumerable
                .Range(0, edit.Files[path].Length / Length)
                .Select(index => index * Length)
                .Where(packet =>
                    PidAt(edit.Files[path], packet) == pid
                    && (edit.Files[path][packet + 1] & 0x40) != 0
                ),
        ];

    private static int PayloadAt(OutputEdit edit, string path, int packet) =>
        packet
        + ((edit.Files[path][packet + 3] & 0x20) != 0 ? 5 + edit.Files[path][packet + 4] : 4);

    /// <summary>Where a PES packet's header begins.</summary>
    private static int PesAt(OutputEdit edit, string path, int pid, int occurrence) =>
        PayloadAt(edit, path, StartsOf(edit, path, pid)[occurrence]);

    private static long Time(OutputEdit edit, string path, int at)
    {
        var field = edit.Files[path].AsSpan(at, 5);
        return (long)(field[0] >> 1 & 7) << 30
            | (long)(BinaryPrimitives.ReadUInt16BigEndian(field[1..]) >> 1) << 15
            | (long)(BinaryPrimitives.ReadUInt16BigEndian(field[3..]) >> 1);
    }

    private static void Move(OutputEdit edit, string path, int at, long by)
    {
        var time = Time(edit, path, at) + by;
        var field = edit.Files[path].AsSpan(at, 5);
        field[0] = (byte)(field[0] & 0xf1 | (int)(time >> 30 & 7) << 1);
        BinaryPrimitives.WriteUInt16BigEndian(field[1..], (ushort)((time >> 15 & 0x7fff) << 1 | 1));
        BinaryPrimitives.WriteUInt16BigEndian(field[3..], (ushort)((time & 0x7fff) << 1 | 1));
    }
}
