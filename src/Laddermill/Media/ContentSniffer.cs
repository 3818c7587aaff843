using System.Buffers.Binary;
using System.Text;

namespace Laddermill.Media;

/// <summary>
/// Looks at a source's first bytes before any tool does. What is surely no media never reaches a parser of media; what is not known here is left
/// to ffprobe's list of allowed formats, which is the second wall.
/// </summary>
public static class ContentSniffer
{
    /// <summary>Bytes that are looked at.</summary>
    public const int Length = 4096;

    /// <summary>How texts begin (after a byte order mark and blanks, in any case) that name other files or addresses.</summary>
    private static readonly (string Start, string Name)[] Lists =
    [
        ("#extm3u", "an HLS or M3U playlist"),
        ("#ext-x-", "an HLS playlist"),
        ("ffconcat", "an ffconcat script"),
        ("[playlist]", "a PLS playlist"),
        ("[reference]", "an ASX reference"),
        ("<asx", "an ASX playlist"),
        ("<smil", "a SMIL presentation"),
        ("<mpd", "a DASH manifest"),
        ("<svg", "an SVG drawing"),
        ("<!doctype", "a document with markup"),
        ("<html", "a web page"),
        ("<?xml", "an XML document"),
        ("v=0\n", "a session description (SDP)"),
        ("v=0\r\n", "a session description (SDP)"),
        ("rtsp://", "a stream address"),
        ("http://", "a stream address"),
        ("https://", "a stream address"),
        (";ffmetadata", "a metadata file"),
        ("rem genre", "a CUE sheet"),
        ("rem date", "a CUE sheet"),
        ("rem discid", "a CUE sheet"),
        ("rem comment", "a CUE sheet"),
    ];

    /// <summary>How files begin that are neither media nor lists.</summary>
    private static readonly (byte[] Start, string Name)[] Others =
    [
        ("%PDF-"u8.ToArray(), "a PDF document"),
        ("%!PS"u8.ToArray(), "a PostScript program"),
        ("{\\rtf"u8.ToArray(), "a document (RTF)"),
        // Not "#!" alone: speech in AMR begins with "#!AMR".
        ("#!/"u8.ToArray(), "a script"),
        ("#! /"u8.ToArray(), "a script"),
        ("PK\x03\x04"u8.ToArray(), "an archive or office document (ZIP)"),
        ("PK\x05\x06"u8.ToArray(), "an archive (ZIP)"),
        ("Rar!\x1a\x07"u8.ToArray(), "an archive (RAR)"),
        ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "an archive (7z)"),
        ([0x1F, 0x8B, 0x08], "a compressed file (gzip)"),
        ([0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0], "a compressed file (xz)"),
        ([0x28, 0xB5, 0x2F, 0xFD], "a compressed file (zstd)"),
        ("BZh"u8.ToArray(), "a compressed file (bzip2)"),
        ([0x7F, (byte)'E', (byte)'L', (byte)'F'], "a program (ELF)"),
        ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "an office document (OLE)"),
        ("SQLite format 3\0"u8.ToArray(), "a database (SQLite)"),
    ];

    /// <param name="head">The first <see cref="Length"/> bytes, or all of a shorter source.</param>
    /// <param name="name">What people call the source.</param>
    /// <returns>Why the source is refused (<c>hostile-playlist</c>, <c>not-media</c>, <c>limit-pixels</c>), or null.</returns>
    public static RejectedException? Refusal(
        ReadOnlySpan<byte> head,
        string name,
        SourceLimits limits
    )
    {
        foreach (var (start, kind) in Others)
        {
            if (head.StartsWith(start))
            {
                return new(RejectionCode.NotMedia, $"'{name}' is no media file but {kind}.");
            }
        }
        if (PictureSize(head) is { } size && size.Width * size.Height > limits.Pixels)
        {
            return limits.TooLarge(name, size.Width, size.Height);
        }
        var text = Text(head);
        foreach (var (start, kind) in Lists)
        {
            if (text.StartsWith(start, StringComparison.Ordinal))
            {
                return new(
                    RejectionCode.HostilePlaylist,
                    $"'{name}' is no media file but {kind}, which may name other files or addresses."
                );
            }
        }
        return null;
    }

    /// <summary>The beginning as text without a byte order mark and leading blanks, in small letters; UTF-16 is told by its mark.</summary>
    private static string Text(ReadOnlySpan<byte> head)
    {
        var text =
            head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE])
                ? Encoding.Unicode.GetString(head[2..])
            : head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])
                ? Encoding.BigEndianUnicode.GetString(head[2..])
            : head.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])
                ? Encoding.Latin1.GetString(head[3..])
            : Encoding.Latin1.GetString(head);
        return text.TrimStart(' ', '\t', '\r', '\n').ToLowerInvariant();
    }

    /// <summary>Size of a PNG, GIF or WebP picture as its header tells it: a few kilobytes can unpack to gigabytes.</summary>
    private static (long Width, long Height)? PictureSize(ReadOnlySpan<byte> head)
    {
        if (head.Length < 30)
        {
            return null;
        }
        if (head.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
        {
            return (
                BinaryPrimitives.ReadUInt32BigEndian(head[16..]),
                BinaryPrimitives.ReadUInt32BigEndian(head[20..])
            );
        }
        if (head.StartsWith("GIF8"u8))
        {
            return (
                BinaryPrimitives.ReadUInt16LittleEndian(head[6..]),
                BinaryPrimitives.ReadUInt16LittleEndian(head[8..])
            );
        }
        if (!head.StartsWith("RIFF"u8) || !head[8..].StartsWith("WEBP"u8))
        {
            return null;
        }
        var chunk = head[12..16];
        if (chunk.SequenceEqual("VP8X"u8))
        {
            return (1 + Read24(head[24..]), 1 + Read24(head[27..]));
        }
        if (chunk.SequenceEqual("VP8 "u8))
        {
            return (
                BinaryPrimitives.ReadUInt16LittleEndian(head[26..]) & 0x3FFF,
                BinaryPrimitives.ReadUInt16LittleEndian(head[28..]) & 0x3FFF
            );
        }
        var bits = BinaryPrimitives.ReadUInt32LittleEndian(head[21..]);
        return chunk.SequenceEqual("VP8L"u8)
            ? (1 + (bits & 0x3FFF), 1 + ((bits >> 14) & 0x3FFF))
            : null;
    }

    private static long Read24(ReadOnlySpan<byte> bytes) =>
        bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
}
