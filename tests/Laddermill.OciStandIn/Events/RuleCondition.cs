using System.Text.Json;

namespace Laddermill.OciStandIn.Events;

/// <summary>
/// The condition of a rule: a subset match on the same nesting. An array holds alternatives, <c>*</c> in a value stands for anything, a lone <c>*</c> for any
/// value that is not null; <c>{}</c> matches all.
/// </summary>
public static class RuleCondition
{
    public static bool Matches(JsonElement condition, JsonElement value) =>
        condition.ValueKind switch
        {
            JsonValueKind.Object => value.ValueKind == JsonValueKind.Object
                && condition
                    .EnumerateObject()
                    .All(wanted =>
                        value.TryGetProperty(wanted.Name, out var inner)
                        && Matches(wanted.Value, inner)
                    ),
            JsonValueKind.Array => condition.EnumerateArray().Any(one => Matches(one, value)),
            JsonValueKind.String when condition.GetString() == "*" => value.ValueKind
                != JsonValueKind.Null,
            JsonValueKind.String => value.ValueKind == JsonValueKind.String
                && Like(condition.GetString()!, value.GetString()!),
            _ => JsonElement.DeepEquals(condition, value),
        };

    private static bool Like(string pattern, string text)
    {
        var parts = pattern.Split('*');
        if (parts.Length == 1)
            return pattern == text;
        if (!text.StartsWith(parts[0], StringComparison.Ordinal))
            return false;
        var at = parts[0].Length;
        foreach (var part in parts[1..^1])
        {
            var found = text.IndexOf(part, at, StringComparison.Ordinal);
            if (found < 0)
                return false;
            at = found + part.Length;
        }
        return text.Length - at >= parts[^1].Length
            && text.EndsWith(parts[^1], StringComparison.Ordinal);
    }
}
