using System.Collections.Immutable;

namespace Laddermill.Verification.Boxes;

/// <summary>Reads one <c>trak</c> box.</summary>
internal static class TrackReader
{
    /// <summary>Null when a box that every track has is missing or cut short.</summary>
    public static TrackFacts? Read(
        ReadOnlySpan<byte> trak,
        IReadOnlyDictionary<uint, SampleDefaults> defaults
    )
    {
        var header = new ByteReader(BoxWalk.Find(trak, "tkhd"u8));
        var version = (int)(header.U32() >> 24);
        header.Skip(version == 1 ? 16 : 8);
        var id = header.U32();
        // Reserved, duration, reserved, layer, group, volume, reserved, matrix.
        header.Skip(4 + (version == 1 ? 8 : 4) + 8 + 8 + 36);
        var (width, height) = ((int)(header.U32() >> 16), (int)(header.U32() >> 16));
        var mdia = BoxWalk.Find(trak, "mdia"u8);
        var media = new ByteReader(BoxWalk.Find(mdia, "mdhd"u8));
        version = (int)(media.U32() >> 24);
        media.Skip(version == 1 ? 16 : 8);
        var timescale = media.U32();
        var handler = new ByteReader(BoxWalk.Find(mdia, "hdlr"u8));
        handler.Skip(8);
        var kind = handler.FourCharacters();
        var table = BoxWalk.Find(BoxWalk.Find(mdia, "minf"u8), "stbl"u8);
        var description = BoxWalk.Find(table, "stsd"u8);
        var entry = new BoxWalk(description[Math.Min(8, description.Length)..]);
        if (header.IsShort || media.IsShort || handler.IsShort || timescale == 0 || !entry.Next())
        {
            return null;
        }
        var video = kind == "vide" ? SampleEntryReader.ReadVideo(entry.Type, entry.Body) : null;
        var audio = kind == "soun" ? SampleEntryReader.ReadAudio(entry.Type, entry.Body) : null;
        return new(
            id,
            kind,
            timescale,
            width,
            height,
            entry.Type,
            CodecString.Of(entry.Type, entry.Body, video, audio),
            video,
            audio,
            ReadEdits(BoxWalk.Find(trak, "edts"u8, "elst"u8)),
            CountSamples(table),
            !BoxWalk.Find(trak, "udta"u8, "ludt"u8).IsEmpty,
            defaults.GetValueOrDefault(id)
        );
    }

    private static ImmutableArray<Edit> ReadEdits(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty)
        {
            return [];
        }
        var reader = new ByteReader(body);
        var version = (int)(reader.U32() >> 24);
        var count = reader.U32();
        var edits = ImmutableArray.CreateBuilder<Edit>();
        for (var index = 0u; index < count && !reader.IsShort; index++)
        {
            var duration = reader.Wide(version);
            var time = version == 1 ? reader.I64() : reader.I32();
            reader.Skip(4);
            edits.Add(new(duration, time));
        }
        return edits.DrainToImmutable();
    }

    private static long CountSamples(ReadOnlySpan<byte> table)
    {
        var sizes = new ByteReader(BoxWalk.Find(table, "stsz"u8));
        sizes.Skip(8);
        var times = new ByteReader(BoxWalk.Find(table, "stts"u8));
        times.Skip(4);
        return Math.Max(sizes.U32(), times.U32());
    }
}
