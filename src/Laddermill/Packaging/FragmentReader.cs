using Laddermill.Packaging.Boxes;

namespace Laddermill.Packaging;

/// <summary>
/// Reads fragmented MP4 as an encoder writes it to a socket: one init segment (ftyp, moov), then fragments (moof, mdat). What may stand between them
/// (styp, sidx, prft, free, mfra …) is read over. Memory is bounded by the largest fragment that is accepted. Not safe for several callers at once; the
/// stream stays the caller's.
/// </summary>
/// <param name="maximumFragmentBytes">A larger fragment is refused.</param>
public sealed class FragmentReader(
    Stream stream,
    int maximumFragmentBytes = FragmentReader.DefaultMaximumFragmentBytes
)
{
    public const int DefaultMaximumFragmentBytes = 64 << 20;
    private const int MaximumInitBytes = 1 << 20;

    private readonly byte[] head = new byte[BoxHeader.LongLength];
    private InitSegment? init;

    /// <summary>Reads a stream that holds fragments only, such as a stored segment: what belongs in front of them is known.</summary>
    public static FragmentReader After(InitSegment init, Stream stream) =>
        new(stream) { init = init };

    /// <summary>Reads to the end of the moov box; to be called once, before any fragment.</summary>
    /// <exception cref="TruncatedMediaException">The stream ended before.</exception>
    /// <exception cref="MalformedMediaException">This is not an init segment of one track in a known codec.</exception>
    public async ValueTask<InitSegment> ReadInitAsync(CancellationToken cancellation)
    {
        while (await ReadHeaderAsync(cancellation) is { } header)
        {
            switch (header.Type)
            {
                case FourCc.Moov:
                    var moov = new byte[Bounded(header, 0, MaximumInitBytes)];
                    await ReadBoxAsync(header, moov, cancellation);
                    return init = InitSegmentParser.Parse(moov);
                case FourCc.Moof or FourCc.Mdat:
                    throw new MalformedMediaException(
                        $"A {FourCc.Text(header.Type)} box stands before the moov box."
                    );
                default:
                    await SkipAsync(header, cancellation);
                    break;
            }
        }
        throw new TruncatedMediaException(
            "The encoder's stream ended before its init segment was complete."
        );
    }

    /// <summary>The next whole fragment, or null at the end of the stream.</summary>
    /// <exception cref="TruncatedMediaException">The stream ended inside a box, or between a moof and its mdat.</exception>
    /// <exception cref="MalformedMediaException">The bytes are not a fragment of the init segment's track, or it is too large.</exception>
    public async ValueTask<Fragment?> ReadFragmentAsync(CancellationToken cancellation)
    {
        if (init is null)
        {
            throw new InvalidOperationException("The init segment has to be read first.");
        }
        while (await ReadHeaderAsync(cancellation) is { } header)
        {
            switch (header.Type)
            {
                case FourCc.Moof:
                    return await ReadFragmentAsync(header, init, cancellation);
                case FourCc.Moov or FourCc.Mdat:
                    throw new MalformedMediaException(
                        $"A {FourCc.Text(header.Type)} box stands where a moof box should."
                    );
                default:
                    await SkipAsync(header, cancellation);
                    break;
            }
        }
        return null;
    }

    private async ValueTask<Fragment> ReadFragmentAsync(
        BoxHeader moof,
        InitSegment track,
        CancellationToken cancellation
    )
    {
        var moofLength = Bounded(moof, 0, maximumFragmentBytes);
        var rented = MediaMemory.Pool.Rent(moofLength);
        try
        {
            await ReadBoxAsync(moof, rented, cancellation);
            var mdat = await ReadHeaderAsync(cancellation);
            if (mdat is not { Type: FourCc.Mdat })
            {
                throw mdat is { } other
                    ? new MalformedMediaException(
                        $"A {FourCc.Text(other.Type)} box stands between a moof and its mdat."
                    )
                    : new TruncatedMediaException(
                        "The encoder's stream ended between a moof and its mdat."
                    );
            }
            var length = moofLength + Bounded(mdat.Value, moofLength, maximumFragmentBytes);
            rented = Enlarge(rented, moofLength, length);
            await ReadBoxAsync(mdat.Value, rented.AsMemory(moofLength), cancellation);
            return new Fragment(rented, length, track.Defaults, track.TrackId);
        }
        catch
        {
            MediaMemory.Pool.Return(rented);
            throw;
        }
    }

    private static byte[] Enlarge(byte[] rented, int used, int length)
    {
        if (rented.Length >= length)
        {
            return rented;
        }
        var larger = MediaMemory.Pool.Rent(length);
        rented.AsSpan(0, used).CopyTo(larger);
        MediaMemory.Pool.Return(rented);
        return larger;
    }

    private static int Bounded(BoxHeader header, int before, int limit) =>
        header.Length <= limit - before
            ? (int)header.Length
            : throw new MalformedMediaException(
                $"A {FourCc.Text(header.Type)} box is {header.Length} bytes long; with what belongs to it, at most {limit} are accepted."
            );

    private async ValueTask<BoxHeader?> ReadHeaderAsync(CancellationToken cancellation)
    {
        var read = await stream.ReadAtLeastAsync(
            head.AsMemory(0, BoxHeader.ShortLength),
            BoxHeader.ShortLength,
            throwOnEndOfStream: false,
            cancellation
        );
        if (read == 0)
        {
            return null;
        }
        var length = read < BoxHeader.ShortLength ? read : BoxHeader.LengthOf(head);
        if (length > BoxHeader.ShortLength)
        {
            read += await stream.ReadAtLeastAsync(
                head.AsMemory(read, length - read),
                length - read,
                throwOnEndOfStream: false,
                cancellation
            );
        }
        return read >= BoxHeader.ShortLength && read == length
            ? BoxHeader.Read(head.AsSpan(0, read))
            : throw new TruncatedMediaException(
                "The encoder's stream ended inside the header of a box."
            );
    }

    /// <summary>Fills a buffer with a whole box, of which the header has been read already.</summary>
    private async ValueTask ReadBoxAsync(
        BoxHeader header,
        Memory<byte> buffer,
        CancellationToken cancellation
    )
    {
        head.AsSpan(0, header.HeaderLength).CopyTo(buffer.Span);
        var payload = buffer[header.HeaderLength..(int)header.Length];
        var read = await stream.ReadAtLeastAsync(
            payload,
            payload.Length,
            throwOnEndOfStream: false,
            cancellation
        );
        ThrowIfShort(header, read);
    }

    private async ValueTask SkipAsync(BoxHeader header, CancellationToken cancellation)
    {
        var scratch = MediaMemory.Pool.Rent(16384);
        try
        {
            for (var skipped = 0L; skipped < header.PayloadLength; )
            {
                var wanted = (int)Math.Min(scratch.Length, header.PayloadLength - skipped);
                var read = await stream.ReadAsync(scratch.AsMemory(0, wanted), cancellation);
                if (read == 0)
                {
                    ThrowIfShort(header, skipped);
                }
                skipped += read;
            }
        }
        finally
        {
            MediaMemory.Pool.Return(scratch);
        }
    }

    private static void ThrowIfShort(BoxHeader header, long read)
    {
        if (read < header.PayloadLength)
        {
            throw new TruncatedMediaException(
                $"The encoder's stream ended inside a {FourCc.Text(header.Type)} box, after {read + header.HeaderLength} of {header.Length} bytes."
            );
        }
    }
}
