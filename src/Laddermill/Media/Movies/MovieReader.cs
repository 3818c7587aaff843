using System.Buffers.Binary;

namespace Laddermill.Media.Movies;

/// <summary>
/// Reads the tables of an MP4 or MOV file, wherever in it they stand, and of the frames no more than the first bytes of key frames: so much is cheap through a
/// gateway, too.
/// </summary>
internal static class MovieReader
{
    /// <summary>Boxes at the top of a file that are passed over in search of its head.</summary>
    private const int MostBoxes = 64;

    /// <summary>As much as the tables of a film of ten hours and 60 frames/s take.</summary>
    private const int LongestHead = 64 << 20;

    /// <summary>Key frames of which a look is taken in a file of this machine.</summary>
    private const int MostLooks = 20_000;

    /// <summary>And through a gateway, where each costs a request.</summary>
    private const int MostDistantLooks = 4;

    /// <summary>What stands in front of a picture's own bytes: parameters, notes.</summary>
    private const int LookBytes = 256;

    /// <summary>NAL units in front of a picture; more are made to keep us busy.</summary>
    private const int MostUnits = 32;

    /// <param name="stream">H.264 or HEVC.</param>
    public static async Task<CodedVideo> ReadAsync(
        MediaInput input,
        VideoStream stream,
        CancellationToken cancellation
    )
    {
        using var bytes = SourceBytes.Open(input);
        if (bytes is null || await FindHeadAsync(bytes, cancellation) is not { } head)
        {
            return CodedVideo.Unknown("its table of frames cannot be found");
        }
        var track = MovieTrack.Read(head, stream.Index, input.Limits.Frames);
        return track.Video.Trouble is null
            ? await LookAtKeysAsync(bytes, track, stream.Codec == "hevc", cancellation)
            : track.Video;
    }

    private static async Task<byte[]?> FindHeadAsync(
        SourceBytes bytes,
        CancellationToken cancellation
    )
    {
        var header = new byte[16];
        var offset = 0L;
        for (var box = 0; box < MostBoxes; box++)
        {
            var read = await bytes.ReadAsync(offset, header, cancellation);
            if (read < MovieBox.Header)
            {
                return null;
            }
            long length = BinaryPrimitives.ReadUInt32BigEndian(header);
            var headerLength = MovieBox.Header;
            if (length == 1)
            {
                (length, headerLength) = (MovieBox.Int64(header, 8), 16);
            }
            if (header.AsSpan(4, 4).SequenceEqual("moov"u8))
            {
                var head = new byte[
                    length >= headerLength && length <= LongestHead ? length - headerLength : 0
                ];
                return
                    head.Length > 0
                    && await bytes.ReadAsync(offset + headerLength, head, cancellation)
                        == head.Length
                    ? head
                    : null;
            }
            if (length < headerLength || length > long.MaxValue - offset)
            {
                return null;
            }
            offset += length;
        }
        return null;
    }

    /// <summary>
    /// A key frame of the container need not be one that makes decoders forget all before it (IDR; of HEVC any IRAP picture, since the order of frames shows those that others need
    /// something in front of): only the bitstream knows. Of a file all are looked at; through a
    /// gateway a few, and one that is none spoils the rest. Whoever copies the stream looks at all of them once more.
    /// </summary>
    private static async Task<CodedVideo> LookAtKeysAsync(
        SourceBytes bytes,
        MovieTrack track,
        bool isHevc,
        CancellationToken cancellation
    )
    {
        var isDistant = bytes.IsDistant;
        var count = Math.Min(track.Keys.Length, isDistant ? MostDistantLooks : MostLooks);
        var frames = track.Video.Frames.ToBuilder();
        for (var look = 0; look < count; look++)
        {
            var key = track.Keys[(int)((long)look * track.Keys.Length / count)];
            if (await IsResetAsync(bytes, key, track.LengthBytes, isHevc, cancellation))
            {
                continue;
            }
            if (isDistant)
            {
                return CodedVideo.Unknown(
                    "its key frames do not all make a decoder forget what was before them (open GOPs)"
                );
            }
            frames[key.Frame] = frames[key.Frame] with { IsKey = false };
        }
        return track.Video with { Frames = frames.MoveToImmutable() };
    }

    private static async Task<bool> IsResetAsync(
        SourceBytes bytes,
        KeyPlace key,
        int lengthBytes,
        bool isHevc,
        CancellationToken cancellation
    )
    {
        var buffer = new byte[LookBytes];
        var end = key.Offset + key.Bytes;
        var at = key.Offset;
        for (var unit = 0; unit < MostUnits && at + lengthBytes < end; unit++)
        {
            // Units in front of the picture are mostly short, so that one look shows several.
            if (
                await bytes.ReadAsync(at, buffer.AsMemory(0, lengthBytes + 1), cancellation)
                <= lengthBytes
            )
            {
                return false;
            }
            var length = 0L;
            foreach (var digit in buffer.AsSpan(0, lengthBytes))
            {
                length = length << 8 | digit;
            }
            var type = isHevc ? buffer[lengthBytes] >> 1 & 0x3f : buffer[lengthBytes] & 0x1f;
            // Pictures: ITU-T H.264 Table 7-1, ITU-T H.265 Table 7-1.
            if (isHevc ? type < 32 : type is >= 1 and <= 5)
            {
                return isHevc ? type is >= 16 and <= 21 : type == 5;
            }
            at += lengthBytes + Math.Max(1, length);
        }
        return false;
    }
}
