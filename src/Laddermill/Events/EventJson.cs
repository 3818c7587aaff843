using System.Globalization;
using System.Text.Json;

namespace Laddermill.Events;

/// <summary>JSON of strangers: bounded, and read field by field without an exception for what is absent or of another kind.</summary>
internal static class EventJson
{
    /// <summary>No sender nests deeper than ten; two equal names in one object would be a way to show different readers different events.</summary>
    private static readonly JsonDocumentOptions Bounds = new()
    {
        MaxDepth = 32,
        AllowDuplicateProperties = false,
    };

    /// <param name="what">Begins the sentence of a refusal: <c>The event</c>.</param>
    /// <exception cref="EventException">It is no JSON, or breaks the bounds.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> text, string what)
    {
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        try
        {
            return JsonDocument.Parse(text.Span.StartsWith(mark) ? text[3..] : text, Bounds);
        }
        // A name that is half of a surrogate pair is an InvalidOperationException.
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            throw new EventException($"{what} is no JSON that can be read: {wrong.Message}", wrong);
        }
    }

    /// <summary>The member of this name; an undefined element when there is none, or <paramref name="parent"/> is no object.</summary>
    public static JsonElement Child(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var child)
            ? child
            : default;

    /// <summary>The text of that name; null when there is none, or it is empty, or no valid Unicode.</summary>
    public static string? Text(JsonElement parent, string name) => Text(Child(parent, name));

    public static string? Text(JsonElement element)
    {
        try
        {
            return
                element.ValueKind == JsonValueKind.String
                && element.GetString() is { Length: > 0 } text
                ? text
                : null;
        }
        // Half of a surrogate pair: no object has such a name.
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A time as senders write it; in UTC where they name no zone.</summary>
    public static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time
        )
            ? time
            : null;
}
