using System.Text;
using System.Text.RegularExpressions;

namespace Laddermill.Packaging;

/// <summary>
/// Text from a source's tags on its way into playlists and manifests. Tags are whatever their author wrote: quotes, line breaks, half characters.
/// </summary>
internal static partial class DisplayText
{
    private const int MaximumLength = 100;

    /// <summary>One line that XML and (with quotes replaced) HLS attributes can carry; at most 100 characters.</summary>
    public static string Clean(string text)
    {
        var line = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            // EnumerateRunes gives U+FFFD for a lone surrogate; U+FFFE and U+FFFF are no characters of XML.
            var isUnfit = Rune.IsControl(rune) || Rune.IsWhiteSpace(rune);
            isUnfit |= rune.Value is 0xfffd or 0xfffe or 0xffff;
            if (!isUnfit)
            {
                line.Append(rune);
            }
            else if (line.Length > 0 && line[^1] != ' ')
            {
                line.Append(' ');
            }
            if (line.Length >= MaximumLength)
            {
                break;
            }
        }
        return line.ToString().Trim();
    }

    /// <summary>The language tag, or <c>und</c> when there is none that has a tag's form (RFC 5646 §2.1).</summary>
    public static string Language(string? tag) =>
        tag is not null && TagForm().IsMatch(tag) ? tag : "und";

    [GeneratedRegex(@"^[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8})*\z")]
    private static partial Regex TagForm();
}
