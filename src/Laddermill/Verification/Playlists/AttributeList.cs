using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Laddermill.Verification.Playlists;

/// <summary>An attribute list of a playlist tag (RFC 8216bis §4.2).</summary>
/// <param name="Line">Where its tag stands, from 1.</param>
/// <param name="Values">Values without their quotes.</param>
public sealed partial record AttributeList(int Line, ImmutableDictionary<string, string> Values)
{
    public string? this[string name] => Values.GetValueOrDefault(name);

    public bool Has(string name) => Values.ContainsKey(name);

    public bool IsYes(string name) => this[name] == "YES";

    /// <summary>A decimal integer; null when absent or something else.</summary>
    public long? Whole(string name) =>
        long.TryParse(this[name], NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;

    /// <summary>A decimal fraction; null when absent or something else.</summary>
    public decimal? Fraction(string name) =>
        decimal.TryParse(
            this[name],
            NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture,
            out var value
        )
            ? value
            : null;

    /// <summary>Reads <c>NAME=VALUE,…</c> and adds what is wrong with it to <paramref name="problems"/>.</summary>
    internal static AttributeList Read(int line, string text, ICollection<string> problems)
    {
        var values = ImmutableDictionary.CreateBuilder<string, string>();
        var position = 0;
        while (position < text.Length)
        {
            var match = Attribute().Match(text, position);
            if (!match.Success || match.Index != position)
            {
                problems.Add($"line {line}: no attribute at '{text[position..]}'");
                break;
            }
            var (name, value) = (match.Groups["name"].Value, match.Groups["value"].Value);
            if (AttributeGrammar.Problem(name, value) is { } problem)
            {
                problems.Add($"line {line}: {problem}");
            }
            if (!values.TryAdd(name, value.Trim('"')))
            {
                problems.Add($"line {line}: {name} stands twice");
            }
            position += match.Length;
        }
        return new(line, values.ToImmutable());
    }

    // A value is a quoted string, or anything without quotes, commas and white space; then a comma with more behind it, or the end.
    [GeneratedRegex("""(?<name>[A-Z0-9-]+)=(?<value>"[^"]*"|[^",\s]+)(?:,(?=.)|$)""")]
    private static partial Regex Attribute();
}
