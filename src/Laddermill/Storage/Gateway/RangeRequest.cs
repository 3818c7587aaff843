using System.Globalization;

namespace Laddermill.Storage.Gateway;

/// <summary>What a request for bytes of one resource asks for, and the head of the answer.</summary>
/// <param name="Status">200, 206, 400, 404, 405 or 416.</param>
/// <param name="First">Offset of the first byte to send.</param>
/// <param name="End">Offset behind the last byte to send; equal to <paramref name="First"/> when there is no body.</param>
/// <param name="Size">Bytes of the whole resource.</param>
internal sealed record RangeRequest(int Status, long First, long End, long Size)
{
    /// <summary>Reads the head of an HTTP/1.x request (RFC 9112) for the one resource at <paramref name="path"/>.</summary>
    /// <param name="head">Up to and without the empty line.</param>
    public static RangeRequest Parse(string head, string path, long size)
    {
        var lines = head.Split("\r\n");
        if (
            lines[0].Split(' ') is not [var method, var target, var version]
            || !version.StartsWith("HTTP/1.", StringComparison.Ordinal)
        )
        {
            return Nothing(400, size);
        }
        if (target != path)
        {
            return Nothing(404, size);
        }
        if (method != "GET")
        {
            return Nothing(405, size);
        }
        const string range = "Range:";
        var wanted = lines.FirstOrDefault(line =>
            line.StartsWith(range, StringComparison.OrdinalIgnoreCase)
        );
        return wanted is null
            ? new(200, 0, size, size)
            : OfRange(wanted[range.Length..].Trim(), size);
    }

    public string ResponseHead() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 {Status} {Reason}\r\nContent-Type: application/octet-stream\r\nContent-Length: {End - First}\r\nAccept-Ranges: bytes\r\n{ContentRange}Connection: close\r\n\r\n"
        );

    private string Reason =>
        Status switch
        {
            200 => "OK",
            206 => "Partial Content",
            400 => "Bad Request",
            404 => "Not Found",
            405 => "Method Not Allowed",
            _ => "Range Not Satisfiable",
        };

    private string ContentRange =>
        Status switch
        {
            206 => $"Content-Range: bytes {First}-{End - 1}/{Size}\r\n",
            416 => $"Content-Range: bytes */{Size}\r\n",
            _ => "",
        };

    /// <summary>RFC 9110 §14.1.2; whatever is no single range of bytes is ignored, as §14.2 allows.</summary>
    private static RangeRequest OfRange(string range, long size)
    {
        var all = new RangeRequest(200, 0, size, size);
        if (
            !range.StartsWith("bytes=", StringComparison.OrdinalIgnoreCase)
            || range["bytes=".Length..].Split('-') is not [var from, var to]
            || !TryParse(from, out var first)
            || !TryParse(to, out var last)
            || (first is null && last is null)
            || last < first
        )
        {
            return all;
        }
        var (start, end) = first is { } offset
            ? (offset, Math.Min(last ?? long.MaxValue - 1, size - 1) + 1)
            : (Math.Max(0, size - last!.Value), size);
        return start < end ? new(206, start, end, size) : Nothing(416, size);
    }

    private static bool TryParse(string text, out long? value)
    {
        var isNumber = long.TryParse(
            text,
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var number
        );
        value = isNumber ? number : null;
        return isNumber || text.Length == 0;
    }

    private static RangeRequest Nothing(int status, long size) => new(status, 0, 0, size);
}
