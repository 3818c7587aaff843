using System.Buffers.Binary;
using static Laddermill.Tests.Verification.OutputEdit;

namespace Laddermill.Tests.Verification;

/// <summary>Ways to break the rules of boxes and bitstreams.</summary>
internal static class MediaBreaks
{
    public static IEnumerable<Break> All { get; } =
    [
        new(
            "cmaf.init",
            "a meta box at file level",
            edit =>
                edit.Files[Audio + "init.mp4"] = [
                    .. edit.Files[Audio + "init.mp4"],
                    .. NewBox("meta"),
                ]
        ),
        new(
            "cmaf.init",
            "trex of another track",
            edit => edit.Patch(Audio + "init.mp4", edit.Box(Audio + "init.mp4", "trex") + 15, 9)
        ),
        new(
            "cmaf.init",
            "cut short",
            edit => edit.Files[First + "init.mp4"] = edit.Files[First + "init.mp4"][..^10]
        ),
        new(
            "cmaf.segment-boxes",
            "a strange box at the end",
            edit =>
                edit.Files[First + "00001.m4s"] = [
                    .. edit.Files[First + "00001.m4s"],
                    .. NewBox("junk"),
                ]
        ),
        new(
            "cmaf.segment-boxes",
            "cut short",
            edit => edit.Files[Audio + "00001.m4s"] = edit.Files[Audio + "00001.m4s"][..^10]
        ),
        new(
            "cmaf.edit-list",
            "an empty edit in front",
            edit =>
                edit.Insert(
                    First + "init.mp4",
                    ["moov", "trak"],
                    OutputBreaks.EditList([
                        .. new byte[] { 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0 },
                        .. new byte[] { 255, 255, 255, 255, 0, 1, 0, 0 },
                    ])
                )
        ),
        new(
            "cmaf.index",
            "a sidx with a wrong size",
            edit =>
            {
                byte[] index =
                [
                    .. new byte[] { 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0xBB, 0x80 },
                    .. new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 },
                    .. new byte[] { 0, 0, 0, 99, 0, 0, 0, 0, 0x90, 0, 0, 0 },
                ];
                var path = Audio + "00001.m4s";
                var moof = edit.Box(path, "moof");
                edit.Files[path] =
                [
                    .. edit.Files[path][..moof],
                    .. NewBox("sidx", index),
                    .. edit.Files[path][moof..],
                ];
            }
        ),
        new(
            "cmaf.one-track-fragment",
            "two traf in a moof",
            edit =>
            {
                var path = Audio + "00001.m4s";
                var (traf, mdat) = (edit.Box(path, "traf"), edit.Box(path, "mdat"));
                var second = edit.Files[path][traf..mdat];
                edit.Add(path, edit.Box(path, "trun") + 16, second.Length);
                edit.Insert(path, ["moof"], second);
            }
        ),
        new(
            "cmaf.track-id",
            "a fragment of another track",
            edit => edit.Patch(Audio + "00001.m4s", edit.Box(Audio + "00001.m4s", "tfhd") + 15, 9)
        ),
        new(
            "cmaf.sample-data",
            "data that start a byte later",
            edit => edit.Add(Audio + "00001.m4s", edit.Box(Audio + "00001.m4s", "trun") + 16, 1)
        ),
        new(
            "cmaf.decode-times",
            "shift a tfdt by one tick",
            edit =>
            {
                var tfdt = edit.Box(First + "00001.m4s", "tfdt", 1);
                var isWide = edit.Files[First + "00001.m4s"][tfdt + 8] == 1;
                edit.Add(First + "00001.m4s", tfdt + (isWide ? 16 : 12), 1);
            }
        ),
        new("cmaf.key-frames", "a key frame that is none", edit => UnmakeKeyFrame(edit)),
        new(
            "cmaf.key-frames",
            "a key frame that is not flagged",
            edit => edit.Patch(First + "00001.m4s", FirstSampleFlags(edit, 1) + 1, 1)
        ),
        new(
            "video.sample-entry",
            "avc3",
            edit =>
            {
                edit.Patch(First + "init.mp4", edit.Box(First + "init.mp4", "avc1") + 4, "avc3"u8);
                edit.Patch(
                    Second + "init.mp4",
                    edit.Box(Second + "init.mp4", "avc1") + 4,
                    "avc3"u8
                );
                edit.ReplaceAll("master.m3u8", "avc1", "avc3");
                edit.ReplaceAll("dash.mpd", "avc1", "avc3");
            }
        ),
        new(
            "video.parameter-sets",
            "no picture parameter set",
            edit =>
            {
                var avcC = edit.Box(First + "init.mp4", "avcC") + 8;
                var length =
                    (edit.Files[First + "init.mp4"][avcC + 6] << 8)
                    + edit.Files[First + "init.mp4"][avcC + 7];
                edit.Patch(First + "init.mp4", avcC + 8 + length, 0);
            }
        ),
        new(
            "video.configuration",
            "another profile than the bitstream",
            edit => edit.Patch(First + "init.mp4", edit.Box(First + "init.mp4", "avcC") + 9, 66)
        ),
        new(
            "video.size",
            "another width in the sample entry",
            edit => edit.Patch(First + "init.mp4", edit.Box(First + "init.mp4", "avc1") + 33, 0x50)
        ),
        new(
            "video.size",
            "another height in the track header",
            edit => edit.Patch(First + "init.mp4", edit.Box(First + "init.mp4", "tkhd") + 89, 0xB6)
        ),
        new(
            "video.level-limit",
            "level 6.2",
            edit =>
            {
                var avcC = edit.Box(First + "init.mp4", "avcC") + 8;
                var level = edit.Files[First + "init.mp4"][avcC + 3];
                edit.Patch(First + "init.mp4", avcC + 3, 62);
                edit.Patch(First + "init.mp4", avcC + 11, 62);
                edit.ReplaceAll("master.m3u8", $"avc1.4d40{level:x2}", "avc1.4d403e");
                edit.ReplaceAll("dash.mpd", $"avc1.4d40{level:x2}", "avc1.4d403e");
            }
        ),
        new("video.frame-rate-limit", "100 frames a second", _ => { })
        {
            From = () => Outputs.Fast,
        },
        new("video.progressive", "coded as fields", _ => { }) { From = () => Outputs.Interlaced },
        new(
            "video.sdr-beside-hdr",
            "only PQ",
            edit => edit.ReplaceAll("master.m3u8", "RESOLUTION=", "VIDEO-RANGE=PQ,RESOLUTION=")
        )
        {
            From = () => Outputs.Hdr,
            Also = ["dash.dynamic-range"],
        },
        new(
            "video.hvc1-parameters",
            "parameter sets that need not be all",
            edit =>
            {
                var hvcC = edit.Box(First + "init.mp4", "hvcC") + 8;
                Assert.Equal(0xA0, edit.Files[First + "init.mp4"][hvcC + 23]);
                edit.Patch(First + "init.mp4", hvcC + 23, 0x20);
            }
        )
        {
            From = () => Outputs.Hevc,
        },
        new(
            "video.hvc1-parameters",
            "parameter sets among the samples",
            edit =>
            {
                // The last picture's slice becomes a picture parameter set.
                var path = First + "00001.m4s";
                var position = edit.Box(path, "mdat") + 8;
                var next = position;
                do
                {
                    position = next;
                    next += 4 + BinaryPrimitives.ReadInt32BigEndian(edit.Files[path].AsSpan(next));
                } while (next < edit.Box(path, "moof", 1));
                edit.Patch(path, position + 4, 34 << 1);
            }
        )
        {
            From = () => Outputs.Hevc,
        },
        new(
            "cmaf.key-frames",
            "a CRA picture that a leading one follows",
            edit =>
            {
                var path = First + "00001.m4s";
                var position = edit.Box(path, "mdat") + 8;
                var length = BinaryPrimitives.ReadInt32BigEndian(edit.Files[path].AsSpan(position));
                edit.Patch(path, position + 4, 21 << 1);
                edit.Patch(path, position + 4 + length + 4, 9 << 1);
            }
        )
        {
            From = () => Outputs.Hevc,
        },
        new("audio.aac-stereo", "5.1 only", _ => { }) { From = () => Outputs.Surround },
        new(
            "audio.codec",
            "no decoder configuration",
            edit =>
            {
                // Tag 5 in esds, in front of it four bytes of an expanded length at most.
                var esds = edit.Box(Audio + "init.mp4", "esds");
                var tag = Array.IndexOf(edit.Files[Audio + "init.mp4"], (byte)5, esds + 12);
                edit.Patch(Audio + "init.mp4", tag, 7);
            }
        ),
        new(
            "deep.decodes",
            "garbage in the middle of a segment",
            edit =>
            {
                var path = First + "00001.m4s";
                var mdat = edit.Box(path, "mdat");
                edit.Files[path].AsSpan(mdat + 4000, 3000).Fill(0x5A);
            }
        )
        {
            IsDeep = true,
        },
    ];

    /// <summary>The first slice of the second fragment becomes one that is not of an IDR picture.</summary>
    private static void UnmakeKeyFrame(OutputEdit edit)
    {
        var path = First + "00001.m4s";
        var position = edit.Box(path, "mdat", 1) + 8;
        while ((edit.Files[path][position + 4] & 0x1F) != 5)
        {
            position += 4 + BinaryPrimitives.ReadInt32BigEndian(edit.Files[path].AsSpan(position));
        }
        edit.Patch(path, position + 4, 0x41);
    }

    /// <summary>Where the flags of a fragment's first sample stand.</summary>
    private static int FirstSampleFlags(OutputEdit edit, int fragment)
    {
        var trun = edit.Box(First + "00001.m4s", "trun", fragment);
        var flags = edit.Files[First + "00001.m4s"][trun + 11];
        Assert.True((flags & 0x5) == 0x5, "trun has neither data offset nor first sample flags");
        return trun + 20;
    }
}
