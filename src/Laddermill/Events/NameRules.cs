using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Laddermill.Events;

/// <summary>
/// Which objects start a job by their names: by default all but folder markers and what Laddermill itself makes. Patterns take <c>*</c> for any run of
/// characters, slashes included, and do not mind the case of letters.
/// </summary>
/// <param name="Include">Empty: all; else one of these must match.</param>
/// <param name="Exclude">None of these may match.</param>
public sealed partial record NameRules(
    ImmutableArray<string> Include,
    ImmutableArray<string> Exclude
)
{
    public static NameRules All { get; } = new([], []);

    /// <summary>Reads lists of patterns that are separated by commas.</summary>
    public static NameRules Parse(string? include, string? exclude) =>
        new(Patterns(include), Patterns(exclude));

    /// <summary>Why no job starts for <paramref name="key"/>, as the end of a sentence about it, or null when one does.</summary>
    /// <param name="outputPrefix">Where in the same bucket outputs are published (empty: at its root); null: nowhere in it.</param>
    public string? Objection(string key, string? outputPrefix)
    {
        if (key.EndsWith('/'))
        {
            return "is a folder marker";
        }
        if (
            outputPrefix is not null
            && key.StartsWith(outputPrefix, StringComparison.Ordinal)
            && Output().IsMatch(key[outputPrefix.Length..])
        )
        {
            return "is an output of Laddermill";
        }
        if (Include is not [] && !Include.Any(pattern => Matches(pattern, key)))
        {
            return "matches no pattern of the included names";
        }
        return Exclude.FirstOrDefault(pattern => Matches(pattern, key)) is { } excluded
            ? $"matches the excluded names '{excluded}'"
            : null;
    }

    /// <summary>Linear in time for any pattern: names are chosen by strangers.</summary>
    internal static bool Matches(string pattern, string text)
    {
        var (p, t, star, mark) = (0, 0, -1, 0);
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (star, mark) = (p++, t);
            }
            else if (
                p < pattern.Length
                && char.ToLowerInvariant(pattern[p]) == char.ToLowerInvariant(text[t])
            )
            {
                (p, t) = (p + 1, t + 1);
            }
            else if (star >= 0)
            {
                (p, t) = (star + 1, ++mark);
            }
            else
            {
                return false;
            }
        }
        return pattern.AsSpan(p).TrimStart('*').IsEmpty;
    }

    private static ImmutableArray<string> Patterns(string? list) =>
        [
            .. (list ?? "").Split(
                ',',
                StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
            ),
        ];

    /// <summary>State, thumbnails, playlists and reports, and the files of a revision: the names that jobs make, see docs/jobs.md.</summary>
    [GeneratedRegex(
        """
            ^\.laddermill/
            |^thumbnails/.+_thumb\.png$
            |^.+/(master\.m3u8|master-ts\.m3u8|dash\.mpd|job\.json|worker\.log)$
            |^.+/[a-z2-7]{8}/verify\.json$
            |^.+/[a-z2-7]{8}/[^/]+/(init\.mp4|[0-9]{5}\.(m4s|ts|vtt)|(playlist|iframes)[^/]*\.m3u8|subtitles\.vtt)$
            """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant
    )]
    private static partial Regex Output();
}
