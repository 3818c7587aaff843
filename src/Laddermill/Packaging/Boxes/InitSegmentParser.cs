namespace Laddermill.Packaging.Boxes;

/// <summary>
/// Understands the moov box of one fragmented track and writes it again in our own form: an ftyp with the brands that hold, and the moov without
/// user data (which names the encoder's version) and without an edit list (CMAF tracks start at presentation time 0 by themselves: video by
/// negative composition offsets, audio because its priming packets are dropped).
/// </summary>
internal static class InitSegmentParser
{
    /// <exception cref="MalformedMediaException">Not exactly one track, or not of a codec that we can name.</exception>
    public static InitSegment Parse(ReadOnlySpan<byte> moov)
    {
        var root = new BoxReader(moov);
        if (!root.Read(out var movie) || movie.Type != FourCc.Moov)
        {
            throw new MalformedMediaException("An init segment is not a moov box.");
        }
        var track = OnlyTrack(movie);
        var media = BoxReader.Find(track.Children, FourCc.Mdia, FourCc.Trak);
        var timescale = ReadTimescale(BoxReader.Find(media.Children, FourCc.Mdhd, FourCc.Mdia));
        var handler = ReadHandler(BoxReader.Find(media.Children, FourCc.Hdlr, FourCc.Mdia));
        if (handler is not (FourCc.Video or FourCc.Sound))
        {
            throw new MalformedMediaException(
                $"A track of kind {FourCc.Text(handler)} is neither video nor audio."
            );
        }
        var isVideo = handler == FourCc.Video;
        var information = BoxReader.Find(media.Children, FourCc.Minf, FourCc.Mdia);
        var table = BoxReader.Find(information.Children, FourCc.Stbl, FourCc.Minf);
        var descriptions = BoxReader.Find(table.Children, FourCc.Stsd, FourCc.Stbl);
        var description = OnlyDescription(descriptions);
        var entry = SampleEntryParser.Parse(description, isVideo);
        var mended = moov;
        if (entry is { Kind: "mp4a", Channels: > 0 })
        {
            mended = MendedEntry.WithChannels(moov, description, entry.Channels);
        }
        if (entry.Kind == "hvc1")
        {
            entry = entry with { Configuration = HevcConfiguration.Canonical(entry.Configuration) };
            mended = MendedEntry.WithConfiguration(
                moov,
                entry.Configuration,
                description,
                movie.Offset,
                track.Offset,
                media.Offset,
                information.Offset,
                table.Offset,
                descriptions.Offset,
                description.Offset
            );
        }
        var (id, defaults) = ReadExtends(movie);
        var head = BoxReader.Find(track.Children, FourCc.Tkhd, FourCc.Trak);
        if (ReadTrackId(head) != id)
        {
            throw new MalformedMediaException(
                "The trex box of an init segment is of another track."
            );
        }
        return new InitSegment(
            Rewrite(mended, entry, isVideo),
            id,
            isVideo,
            entry.Codec,
            timescale,
            entry.Width,
            entry.Height,
            entry.SampleRate,
            entry.Channels,
            ReadPriming(track),
            defaults
        )
        {
            Configuration = entry.Configuration,
        };
    }

    private static Box OnlyTrack(Box movie)
    {
        var found = default(Box);
        var count = 0;
        var boxes = movie.Children;
        while (boxes.Read(out var box))
        {
            if (box.Type == FourCc.Trak)
            {
                found = box;
                count++;
            }
        }
        return count == 1
            ? found
            : throw new MalformedMediaException(
                $"An init segment has {count} tracks; exactly one is expected."
            );
    }

    private static Box OnlyDescription(Box table)
    {
        var fields = table.Fields;
        fields.VersionAndFlags();
        var count = fields.UInt32();
        var entries = new BoxReader(fields.Rest, table.PayloadOffset + 8);
        return count == 1 && entries.Read(out var entry)
            ? entry
            : throw new MalformedMediaException(
                $"A track has {count} sample descriptions; exactly one is expected."
            );
    }

    private static int ReadTimescale(Box header)
    {
        var fields = header.Fields;
        fields.Skip(fields.VersionAndFlags().Version == 1 ? 16 : 8);
        var timescale = fields.UInt32();
        return timescale is > 0 and <= int.MaxValue
            ? (int)timescale
            : throw new MalformedMediaException($"A timescale of {timescale} cannot be.");
    }

    private static uint ReadHandler(Box handler)
    {
        var fields = handler.Fields;
        fields.Skip(8);
        return fields.UInt32();
    }

    private static uint ReadTrackId(Box header)
    {
        var fields = header.Fields;
        fields.Skip(fields.VersionAndFlags().Version == 1 ? 16 : 8);
        return fields.UInt32();
    }

    private static (uint TrackId, SampleDefaults Defaults) ReadExtends(Box movie)
    {
        var extends = BoxReader.Find(movie.Children, FourCc.Mvex, FourCc.Moov);
        var fields = BoxReader.Find(extends.Children, FourCc.Trex, FourCc.Mvex).Fields;
        fields.VersionAndFlags();
        var id = fields.UInt32();
        fields.Skip(4);
        return (id, new SampleDefaults(fields.UInt32(), fields.UInt32(), fields.UInt32()));
    }

    /// <summary>The media time of the first edit, which is where presentation starts; 0 without an edit list.</summary>
    private static long ReadPriming(Box track)
    {
        var boxes = track.Children;
        while (boxes.Read(out var edits))
        {
            if (edits.Type != FourCc.Edts)
            {
                continue;
            }
            var fields = BoxReader.Find(edits.Children, FourCc.Elst, FourCc.Edts).Fields;
            var isLong = fields.VersionAndFlags().Version == 1;
            var count = fields.UInt32();
            if (count == 0)
            {
                return 0;
            }
            fields.Skip(isLong ? 8 : 4);
            var mediaTime = isLong ? (long)fields.UInt64() : fields.Int32();
            return count == 1 && mediaTime >= 0
                ? mediaTime
                : throw new MalformedMediaException(
                    "An edit list does more than to skip the start of a track."
                );
        }
        return 0;
    }

    private static ReadOnlyMemory<byte> Rewrite(
        ReadOnlySpan<byte> moov,
        SampleEntry entry,
        bool isVideo
    )
    {
        using var bytes = new PooledBytes(moov.Length + 64);
        var start = bytes.Begin(FourCc.Ftyp);
        bytes.UInt32(FourCc.Of("iso6"));
        bytes.UInt32(0);
        foreach (var brand in Brands.Of(entry, isVideo))
        {
            bytes.UInt32(FourCc.Of(brand));
        }
        bytes.End(start);

        start = bytes.Begin(FourCc.Moov);
        var root = new BoxReader(moov);
        root.Read(out var movie);
        var boxes = movie.Children;
        while (boxes.Read(out var box))
        {
            if (box.Type == FourCc.Trak)
            {
                CopyTrack(box, bytes);
            }
            else if (box.Type is not (FourCc.Udta or FourCc.Meta))
            {
                bytes.Append(box.Whole);
            }
        }
        bytes.End(start);
        return bytes.Memory.ToArray();
    }

    private static void CopyTrack(Box track, PooledBytes bytes)
    {
        var start = bytes.Begin(FourCc.Trak);
        var boxes = track.Children;
        while (boxes.Read(out var box))
        {
            if (box.Type is not (FourCc.Udta or FourCc.Meta or FourCc.Edts))
            {
                bytes.Append(box.Whole);
            }
        }
        bytes.End(start);
    }
}
