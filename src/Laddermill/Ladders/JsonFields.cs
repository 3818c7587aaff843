using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Laddermill.Ladders;

/// <summary>
/// Reads the fields of one JSON object that a person wrote and notes every problem instead of stopping at the first: missing, misspelt,
/// of the wrong kind, out of range. Each note names the field by its path (<c>default.video.rungs[0].crf</c>).
/// </summary>
internal sealed class JsonFields(JsonNode? node, string path, List<string> problems)
{
    private readonly JsonObject fields = node as JsonObject ?? [];
    private readonly HashSet<string> known = new(StringComparer.Ordinal);

    public List<string> Problems { get; } = problems;

    public string Text(string name, params ReadOnlySpan<string> allowed)
    {
        if (Find(name) is not JsonValue value || !value.TryGetValue<string>(out var text))
        {
            Expect(name, "text in quotes");
            return "";
        }
        if (allowed.Length > 0 && !allowed.Contains(text))
        {
            Problems.Add(
                $"{path}.{name} is \"{text}\"; it must be one of: {string.Join(", ", allowed)}."
            );
        }
        return text;
    }

    /// <summary>May be left out.</summary>
    public string TextOr(string name, string ifMissing, params ReadOnlySpan<string> allowed) =>
        Find(name) is null ? ifMissing : Text(name, allowed);

    public double Number(string name, double minimum, double maximum)
    {
        if (Find(name) is not JsonValue value || !value.TryGetValue<double>(out var number))
        {
            Expect(
                name,
                string.Create(CultureInfo.InvariantCulture, $"a number from {minimum} to {maximum}")
            );
            return minimum;
        }
        if (!(number >= minimum && number <= maximum))
        {
            Problems.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{path}.{name} is {number}; it must be from {minimum} to {maximum}."
                )
            );
        }
        return number;
    }

    /// <summary>May be left out.</summary>
    public double NumberOr(string name, double ifMissing, double minimum, double maximum) =>
        Find(name) is null ? ifMissing : Number(name, minimum, maximum);

    public int Integer(string name, int minimum, int maximum)
    {
        var number = Number(name, minimum, maximum);
        if (number != Math.Floor(number))
        {
            Problems.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{path}.{name} is {number}; it must be a whole number."
                )
            );
        }
        return (int)Math.Clamp(number, int.MinValue, int.MaxValue);
    }

    /// <summary>May be left out, which means false.</summary>
    public bool Flag(string name, bool ifMissing = false)
    {
        var field = Find(name);
        if (field is JsonValue value && value.TryGetValue<bool>(out var flag))
        {
            return flag;
        }
        if (field is not null)
        {
            Problems.Add($"{path}.{name} must be true or false.");
        }
        return ifMissing;
    }

    public JsonFields Object(string name)
    {
        var child = Find(name);
        if (child is not JsonObject)
        {
            Expect(name, "an object");
        }
        return new JsonFields(child, $"{path}.{name}", Problems);
    }

    public ImmutableArray<T> List<T>(
        string name,
        int minimum,
        int maximum,
        Func<JsonFields, T> read
    )
    {
        var items = Items(name, minimum, maximum);
        return
        [
            .. items.Select(
                (item, index) => read(new JsonFields(item, $"{path}.{name}[{index}]", Problems))
            ),
        ];
    }

    public ImmutableArray<string> Texts(string name, int maximum)
    {
        var items = Items(name, 0, maximum);
        if (items.Any(item => item is not JsonValue value || !value.TryGetValue<string>(out _)))
        {
            Problems.Add($"{path}.{name} must hold texts in quotes only.");
            return [];
        }
        return [.. items.Select(item => item!.GetValue<string>())];
    }

    /// <summary>To be called last: any field that was not asked for is a problem.</summary>
    public void RefuseOthers()
    {
        foreach (var name in fields.Select(field => field.Key).Where(name => !known.Contains(name)))
        {
            Problems.Add(
                $"{path}.{name} is not a known field; known here: {string.Join(", ", known)}."
            );
        }
    }

    public void Refuse(string name, string problem) => Problems.Add($"{path}.{name} {problem}");

    private JsonArray Items(string name, int minimum, int maximum)
    {
        if (Find(name) is not JsonArray items || items.Count < minimum || items.Count > maximum)
        {
            Expect(name, $"a list of {minimum} to {maximum} items");
            return [];
        }
        return items;
    }

    private JsonNode? Find(string name)
    {
        known.Add(name);
        return fields.TryGetPropertyValue(name, out var value) ? value : null;
    }

    private void Expect(string name, string kind) =>
        Problems.Add(
            fields.ContainsKey(name)
                ? $"{path}.{name} must be {kind}."
                : $"{path}.{name} is missing; it must be {kind}."
        );
}
