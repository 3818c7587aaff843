using System.Buffers;
using System.Collections.Frozen;

namespace Laddermill.Subtitles;

/// <summary>
/// Cleans one text for WebVTT: of SubStation Alpha's override tags and HTML's only bold, italic and underline are left, as balanced tags; drawings are
/// left out; everything else is text, and escaped. Pure; any text at all is taken.
/// </summary>
public static class CueText
{
    /// <summary>Characters in a cue; what is longer fills the screen many times.</summary>
    public const int MostLetters = 2_000;

    private const int LongestTag = 256;

    /// <summary>Tags of HTML and WebVTT that are meant as tags; anything else between angles is text.</summary>
    private static readonly FrozenSet<string> Known = new[]
    {
        "i",
        "b",
        "u",
        "em",
        "strong",
        "s",
        "font",
        "c",
        "v",
        "lang",
        "ruby",
        "rt",
        "span",
        "br",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly SearchValues<char> Letters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    );

    private static readonly (string Name, char Letter)[] Entities =
    [
        ("amp;", '&'),
        ("lt;", '<'),
        ("gt;", '>'),
        ("nbsp;", '\u00a0'),
        ("lrm;", '\u200e'),
        ("rlm;", '\u200f'),
        ("quot;", '"'),
        ("apos;", '\''),
        ("#39;", '\''),
    ];

    /// <param name="raw">The text as it stands in its file, line breaks included.</param>
    /// <param name="isAss">SubStation Alpha: braces are overrides, <c>\N</c> is a line break, and nothing is HTML.</param>
    /// <returns>The text (empty when nothing is left to show), and WebVTT settings for where it stands, if it says so.</returns>
    public static (string Text, string Settings) Clean(string raw, bool isAss)
    {
        var state = new CueState();
        // Drawings and tags take no letters, and must end, too.
        var rest = raw.AsSpan(0, Math.Min(raw.Length, 16 * MostLetters));
        while (!rest.IsEmpty && state.Letters < MostLetters)
        {
            var length = rest[0] switch
            {
                '{' => Override(rest, state, isAss),
                '<' when !isAss => Tag(rest, state),
                '&' when !isAss => Entity(rest, state),
                '\\' when isAss => Escape(rest, state),
                _ => 0,
            };
            if (length == 0)
            {
                state.Add(rest[0]);
                length = 1;
            }
            rest = rest[length..];
        }
        return (state.ToText(), state.IsAtTop ? "line:0" : "");
    }

    /// <summary><c>{\i1\pos(1,2)}</c>. SubRip files have them too; there, other braces are text.</summary>
    /// <returns>How many characters were taken; 0 for none.</returns>
    private static int Override(ReadOnlySpan<char> text, CueState state, bool isAss)
    {
        var end = text.IndexOf('}');
        if (end < 0 || !(isAss || text is ['{', '\\', ..]))
        {
            return 0;
        }
        foreach (var range in text[1..end].Split('\\'))
        {
            state.Apply(text[1..end][range]);
        }
        return end + 1;
    }

    private static int Tag(ReadOnlySpan<char> text, CueState state)
    {
        var end = text[..Math.Min(text.Length, LongestTag)].IndexOf('>');
        if (end < 0 || text[..end].Contains('\n'))
        {
            return 0;
        }
        var inside = text[1..end];
        // Karaoke: the time at which the rest is sung.
        if (CueTime.Parse(inside) is not null)
        {
            return end + 1;
        }
        var isEnd = inside is ['/', ..];
        var name = isEnd ? inside[1..] : inside;
        var length = name.IndexOfAnyExcept(Letters);
        var isName = length < 0 || name[length] is ' ' or '\t' or '.' or '/';
        name = length < 0 ? name : name[..length];
        if (!isName || !Known.Contains(name.ToString()))
        {
            return 0;
        }
        state.Apply(name, !isEnd);
        return end + 1;
    }

    private static int Entity(ReadOnlySpan<char> text, CueState state)
    {
        foreach (var (name, letter) in Entities)
        {
            if (text[1..].StartsWith(name, StringComparison.Ordinal))
            {
                state.Add(letter);
                return 1 + name.Length;
            }
        }
        return 0;
    }

    private static int Escape(ReadOnlySpan<char> text, CueState state)
    {
        switch (text)
        {
            case ['\\', 'N' or 'n', ..]:
                state.Add('\n');
                return 2;
            case ['\\', 'h', ..]:
                state.Add('\u00a0');
                return 2;
            default:
                return 0;
        }
    }
}
