using System.Text;

namespace Laddermill.Events;

/// <summary>Undoes percent-encoding (RFC 3986 §2.1), strictly.</summary>
internal static class PercentEncoding
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Null when an escape is malformed, or the bytes are no UTF-8.</summary>
    public static string? Decode(string text) => Decode(text, isForm: false);

    /// <summary>The same of <c>application/x-www-form-urlencoded</c> text, in which <c>+</c> is a space.</summary>
    public static string? DecodeForm(string text) => Decode(text, isForm: true);

    private static string? Decode(string text, bool isForm)
    {
        try
        {
            var told = StrictUtf8.GetBytes(text);
            var length = 0;
            for (var at = 0; at < told.Length; at++)
            {
                if (told[at] == '%')
                {
                    if (
                        at + 2 >= told.Length
                        || Convert.FromHexString(
                            told.AsSpan(at + 1, 2),
                            told.AsSpan(length),
                            out _,
                            out _
                        ) != System.Buffers.OperationStatus.Done
                    )
                    {
                        return null;
                    }
                    (at, length) = (at + 2, length + 1);
                }
                else
                {
                    told[length++] = isForm && told[at] == '+' ? (byte)' ' : told[at];
                }
            }
            return StrictUtf8.GetString(told, 0, length);
        }
        catch (Exception e) when (e is EncoderFallbackException or DecoderFallbackException)
        {
            return null;
        }
    }
}
