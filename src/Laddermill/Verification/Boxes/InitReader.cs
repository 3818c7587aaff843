using System.Collections.Immutable;

namespace Laddermill.Verification.Boxes;

/// <summary>Reads an init segment: <c>ftyp</c> and <c>moov</c> (ISO/IEC 23000-19 §7.3.1).</summary>
internal static class InitReader
{
    public static InitFacts Read(string path, ReadOnlySpan<byte> bytes)
    {
        var brands = ImmutableArray<string>.Empty;
        var boxes = ImmutableArray.CreateBuilder<string>();
        ReadOnlySpan<byte> moov = [];
        var walk = new BoxWalk(bytes);
        while (walk.Next())
        {
            boxes.Add(walk.Type);
            brands = walk.Is("ftyp"u8) ? ReadBrands(walk.Body) : brands;
            moov = walk.Is("moov"u8) ? walk.Body : moov;
        }
        var problem =
            walk.IsBroken ? $"the box at byte {walk.Offset} does not fit into the file"
            : brands.IsEmpty ? "there is no ftyp"
            : moov.IsEmpty ? "there is no moov"
            : null;
        var extended = ReadDefaults(moov);
        var tracks = ImmutableArray.CreateBuilder<TrackFacts>();
        walk = new BoxWalk(moov);
        while (walk.Next())
        {
            if (!walk.Is("trak"u8))
            {
                continue;
            }
            var track = TrackReader.Read(walk.Body, extended);
            problem ??= track is null ? "a trak is cut short" : null;
            if (track is not null)
            {
                tracks.Add(track);
            }
        }
        return new(
            path,
            bytes.Length,
            brands,
            boxes.DrainToImmutable(),
            tracks.DrainToImmutable(),
            [.. extended.Keys],
            problem
        );
    }

    /// <summary>Brands of <c>ftyp</c> or <c>styp</c>: the major one, then the compatible ones.</summary>
    public static ImmutableArray<string> ReadBrands(ReadOnlySpan<byte> body)
    {
        var reader = new ByteReader(body);
        var brands = ImmutableArray.CreateBuilder<string>();
        brands.Add(reader.FourCharacters());
        reader.Skip(4);
        while (reader.Rest.Length >= 4)
        {
            brands.Add(reader.FourCharacters());
        }
        return brands.DrainToImmutable();
    }

    private static Dictionary<uint, SampleDefaults> ReadDefaults(ReadOnlySpan<byte> moov)
    {
        var defaults = new Dictionary<uint, SampleDefaults>();
        var walk = new BoxWalk(BoxWalk.Find(moov, "mvex"u8));
        while (walk.Next())
        {
            if (walk.Is("trex"u8))
            {
                var reader = new ByteReader(walk.Body);
                reader.Skip(4);
                var track = reader.U32();
                reader.Skip(4);
                defaults[track] = new(reader.U32(), reader.U32(), reader.U32());
            }
        }
        return defaults;
    }
}
