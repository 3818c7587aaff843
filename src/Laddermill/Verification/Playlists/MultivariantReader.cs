using System.Collections.Immutable;

namespace Laddermill.Verification.Playlists;

/// <summary>Reads a multivariant playlist (RFC 8216bis §4.4.6).</summary>
internal static class MultivariantReader
{
    public static MultivariantPlaylist Read(string path, ReadOnlySpan<byte> bytes)
    {
        var problems = new List<string>();
        var lines = PlaylistLines.Read(bytes, problems);
        var variants = ImmutableArray.CreateBuilder<VariantEntry>();
        var iframes = ImmutableArray.CreateBuilder<AttributeList>();
        var media = ImmutableArray.CreateBuilder<AttributeList>();
        AttributeList? open = null;
        foreach (var line in lines)
        {
            if (open is not null && line.Tag is not null)
            {
                problems.Add($"line {line.Number}: EXT-X-STREAM-INF is not followed by its URI");
                open = null;
            }
            switch (line.Tag)
            {
                case null when open is not null:
                    variants.Add(new(open, line.Value));
                    open = null;
                    break;
                case null:
                    problems.Add($"line {line.Number}: a URI without EXT-X-STREAM-INF");
                    break;
                case "EXT-X-STREAM-INF":
                    open = AttributeList.Read(line.Number, line.Value, problems);
                    break;
                case "EXT-X-I-FRAME-STREAM-INF":
                    iframes.Add(AttributeList.Read(line.Number, line.Value, problems));
                    break;
                case "EXT-X-MEDIA":
                    media.Add(AttributeList.Read(line.Number, line.Value, problems));
                    break;
                default:
                    TagGrammar.Check(line, TagGrammar.Place.Multivariant, problems);
                    break;
            }
        }
        if (open is not null)
        {
            problems.Add($"line {open.Line}: EXT-X-STREAM-INF is not followed by its URI");
        }
        return new(
            path,
            bytes.Length,
            lines,
            [.. problems],
            variants.DrainToImmutable(),
            iframes.DrainToImmutable(),
            media.DrainToImmutable()
        );
    }
}
