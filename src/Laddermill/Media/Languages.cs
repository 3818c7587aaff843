using System.Collections.Frozen;

namespace Laddermill.Media;

/// <summary>Languages as files tag them (ISO 639-2, three letters) and as players want them (BCP 47: two letters where there are two).</summary>
public static class Languages
{
    private const string Table =
        "afr af Afrikaans;sqi sq Albanian;alb sq Albanian;amh am Amharic;ara ar Arabic;hye hy Armenian;arm hy Armenian;aze az Azerbaijani;eus eu Basque;baq eu Basque;bel be Belarusian;ben bn Bengali;bos bs Bosnian;bul bg Bulgarian;mya my Burmese;bur my Burmese;cat ca Catalan;zho zh Chinese;chi zh Chinese;hrv hr Croatian;ces cs Czech;cze cs Czech;dan da Danish;nld nl Dutch;dut nl Dutch;eng en English;est et Estonian;fao fo Faroese;fin fi Finnish;fra fr French;fre fr French;glg gl Galician;kat ka Georgian;geo ka Georgian;deu de German;ger de German;ell el Greek;gre el Greek;guj gu Gujarati;hau ha Hausa;heb he Hebrew;hin hi Hindi;hun hu Hungarian;isl is Icelandic;ice is Icelandic;ibo ig Igbo;ind id Indonesian;gle ga Irish;ita it Italian;jpn ja Japanese;kan kn Kannada;kaz kk Kazakh;khm km Khmer;kor ko Korean;kur ku Kurdish;kir ky Kyrgyz;lao lo Lao;lat la Latin;lav lv Latvian;lit lt Lithuanian;ltz lb Luxembourgish;mkd mk Macedonian;mac mk Macedonian;msa ms Malay;may ms Malay;mal ml Malayalam;mlt mt Maltese;mar mr Marathi;mon mn Mongolian;nep ne Nepali;nor no Norwegian;nob nb Norwegian Bokmål;nno nn Norwegian Nynorsk;pan pa Punjabi;fas fa Persian;per fa Persian;pol pl Polish;por pt Portuguese;pus ps Pashto;ron ro Romanian;rum ro Romanian;rus ru Russian;srp sr Serbian;sin si Sinhala;slk sk Slovak;slo sk Slovak;slv sl Slovenian;som so Somali;spa es Spanish;swa sw Swahili;swe sv Swedish;tgl tl Tagalog;fil fil Filipino;tam ta Tamil;tat tt Tatar;tel te Telugu;tha th Thai;tur tr Turkish;tuk tk Turkmen;ukr uk Ukrainian;urd ur Urdu;uzb uz Uzbek;vie vi Vietnamese;cym cy Welsh;wel cy Welsh;xho xh Xhosa;yid yi Yiddish;yor yo Yoruba;zul zu Zulu";

    private static readonly FrozenDictionary<string, (string Tag, string Name)> ByThree = Table
        .Split(';')
        .Select(row => row.Split(' ', 3))
        .ToFrozenDictionary(
            row => row[0],
            row => (row[1], row[2]),
            StringComparer.OrdinalIgnoreCase
        );

    private static readonly FrozenDictionary<string, string> NameByTag = ByThree
        .Values.DistinctBy(value => value.Tag)
        .ToFrozenDictionary(
            value => value.Tag,
            value => value.Name,
            StringComparer.OrdinalIgnoreCase
        );

    private static readonly FrozenDictionary<string, string> ThreeByTag = Table
        .Split(';')
        .Select(row => row.Split(' ', 3))
        // Of a language with two codes the bibliographic one stands last.
        .GroupBy(row => row[1], row => row[0])
        .ToFrozenDictionary(
            rows => rows.Key,
            rows => rows.Last(),
            StringComparer.OrdinalIgnoreCase
        );

    /// <summary>
    /// The BCP 47 tag of a language as tagged in a file: <c>ger</c> and <c>deu</c> give <c>de</c>; a tag that is one already (<c>pt-BR</c>) is kept;
    /// null, <c>und</c> and anything that is no tag give null.
    /// </summary>
    public static string? ToBcp47(string? tagged)
    {
        if (tagged is null || string.Equals(tagged, "und", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }
        if (ByThree.TryGetValue(tagged, out var known))
        {
            return known.Tag;
        }
        var parts = tagged.Split('-', '_');
        return
            parts[0].Length is 2 or 3
            && parts.All(part =>
                part.Length is >= 1 and <= 8 && part.All(char.IsAsciiLetterOrDigit)
            )
            && parts[0].All(char.IsAsciiLetter)
            ? string.Join('-', parts)
            : null;
    }

    /// <summary>The ISO 639-2/B code of a BCP 47 tag's language, such as <c>ger</c>; <c>und</c> when it is not in the table.</summary>
    public static string ToIso639(string? tag) =>
        tag is not null && ThreeByTag.TryGetValue(tag.Split('-')[0], out var code) ? code : "und";

    /// <summary>The English name of a BCP 47 tag's language; null when it is not in the table.</summary>
    public static string? Name(string? tag) =>
        tag is not null && NameByTag.TryGetValue(tag.Split('-')[0], out var name) ? name : null;
}
