using System.Text;
using System.Text.Unicode;

namespace Laddermill.Subtitles;

/// <summary>
/// Which character set a text is in: what its byte order mark says; else UTF-8 where the bytes are that, which no other text is by chance; else UTF-16 where
/// half of the bytes are zero; else the set that Windows uses for the language.
/// </summary>
internal static class SubtitleCharset
{
    private const int Latin = 1252;

    /// <summary>Language (BCP 47, the longest that fits wins): Windows code page.</summary>
    private static readonly Dictionary<string, int> CodePages = new(
        StringComparer.OrdinalIgnoreCase
    )
    {
        ["cs"] = 1250,
        ["sk"] = 1250,
        ["pl"] = 1250,
        ["hu"] = 1250,
        ["sl"] = 1250,
        ["hr"] = 1250,
        ["bs"] = 1250,
        ["ro"] = 1250,
        ["sq"] = 1250,
        ["ru"] = 1251,
        ["uk"] = 1251,
        ["be"] = 1251,
        ["bg"] = 1251,
        ["mk"] = 1251,
        ["sr"] = 1251,
        ["sr-latn"] = 1250,
        ["kk"] = 1251,
        ["mn"] = 1251,
        ["el"] = 1253,
        ["tr"] = 1254,
        ["az"] = 1254,
        ["he"] = 1255,
        ["yi"] = 1255,
        ["ar"] = 1256,
        ["fa"] = 1256,
        ["ur"] = 1256,
        ["et"] = 1257,
        ["lv"] = 1257,
        ["lt"] = 1257,
        ["vi"] = 1258,
        ["th"] = 874,
        ["ja"] = 932,
        ["zh"] = 936,
        ["zh-hant"] = 950,
        ["zh-tw"] = 950,
        ["zh-hk"] = 950,
        ["ko"] = 949,
    };

    public static Encoding Of(ReadOnlySpan<byte> bytes, string? language) =>
        bytes switch
        {
            [0xFF, 0xFE, ..] => Encoding.Unicode,
            [0xFE, 0xFF, ..] => Encoding.BigEndianUnicode,
            _ when Utf8.IsValid(bytes) && !bytes.Contains((byte)0) => Encoding.UTF8,
            _ => Utf16(bytes) ?? CodePagesEncodingProvider.Instance.GetEncoding(PageOf(language))!,
        };

    private static Encoding? Utf16(ReadOnlySpan<byte> bytes)
    {
        Span<int> zeros = [0, 0];
        for (var index = 0; index < bytes.Length; index++)
        {
            zeros[index % 2] += bytes[index] == 0 ? 1 : 0;
        }
        var many = bytes.Length / 8;
        return zeros[1] > many && zeros[0] <= many / 8 ? Encoding.Unicode
            : zeros[0] > many && zeros[1] <= many / 8 ? Encoding.BigEndianUnicode
            // Zeros that are no UTF-16 say nothing; they are dropped with other control characters.
            : Utf8.IsValid(bytes) ? Encoding.UTF8
            : null;
    }

    private static int PageOf(string? language)
    {
        for (var tag = language ?? ""; tag.Length > 0; tag = Parent(tag))
        {
            if (CodePages.TryGetValue(tag, out var page))
            {
                return page;
            }
        }
        return Latin;
    }

    private static string Parent(string tag) =>
        tag.LastIndexOf('-') is var dash and > 0 ? tag[..dash] : "";
}
