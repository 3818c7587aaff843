using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Laddermill.Verification.Playlists;

/// <summary>What kind of value each attribute takes (RFC 8216bis §4.4).</summary>
internal static partial class AttributeGrammar
{
    private static readonly FrozenSet<string> Quoted = FrozenSet.Create(
        StringComparer.Ordinal,
        "URI",
        "GROUP-ID",
        "LANGUAGE",
        "ASSOC-LANGUAGE",
        "NAME",
        "STABLE-RENDITION-ID",
        "STABLE-VARIANT-ID",
        "INSTREAM-ID",
        "CHARACTERISTICS",
        "CHANNELS",
        "CODECS",
        "SUPPLEMENTAL-CODECS",
        "ALLOWED-CPC",
        "AUDIO",
        "VIDEO",
        "SUBTITLES",
        "PATHWAY-ID",
        "BYTERANGE",
        "REQ-VIDEO-LAYOUT"
    );

    private static readonly FrozenDictionary<string, string[]> Words = new Dictionary<
        string,
        string[]
    >
    {
        ["TYPE"] = ["AUDIO", "VIDEO", "SUBTITLES", "CLOSED-CAPTIONS"],
        ["DEFAULT"] = ["YES", "NO"],
        ["AUTOSELECT"] = ["YES", "NO"],
        ["FORCED"] = ["YES", "NO"],
        ["VIDEO-RANGE"] = ["SDR", "HLG", "PQ"],
        ["HDCP-LEVEL"] = ["TYPE-0", "TYPE-1", "NONE"],
    }.ToFrozenDictionary();

    /// <summary>What is wrong with an attribute's value as it stands in the playlist; null when nothing is, or it is not known.</summary>
    public static string? Problem(string name, string value)
    {
        var isQuoted = value.StartsWith('"');
        if (Words.TryGetValue(name, out var words))
        {
            return words.Contains(value)
                ? null
                : $"{name}={value} is none of {string.Join(", ", words)}";
        }
        if (Quoted.Contains(name))
        {
            return isQuoted ? null : $"{name} must be quoted";
        }
        return name switch
        {
            "CLOSED-CAPTIONS" => isQuoted || value == "NONE"
                ? null
                : "CLOSED-CAPTIONS is a quoted group or NONE",
            "BANDWIDTH" or "AVERAGE-BANDWIDTH" or "BIT-DEPTH" or "SAMPLE-RATE" => Integer()
                .IsMatch(value)
                ? null
                : $"{name}={value} is no whole number",
            "FRAME-RATE" or "SCORE" => Number().IsMatch(value)
                ? null
                : $"{name}={value} is no number",
            "RESOLUTION" => Resolution().IsMatch(value)
                ? null
                : $"RESOLUTION={value} is no WIDTHxHEIGHT",
            _ => null,
        };
    }

    [GeneratedRegex("^[0-9]{1,20}$")]
    private static partial Regex Integer();

    [GeneratedRegex(@"^[0-9]+(\.[0-9]+)?$")]
    private static partial Regex Number();

    [GeneratedRegex("^[1-9][0-9]*x[1-9][0-9]*$")]
    private static partial Regex Resolution();
}
