using System.Globalization;
using System.Text.Json;

namespace Laddermill.Media;

/// <summary>
/// Reads single values of ffprobe's JSON, where a number may be text, absent, or beyond all bounds: what is not there, or not what it
/// should be, is null.
/// </summary>
internal static class JsonFacts
{
    public static JsonElement? Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value)
            ? value
            : null;

    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Array } array
            ? array.EnumerateArray()
            : [];

    public static string? Text(this JsonElement element, string name) =>
        element.Member(name) switch
        {
            { ValueKind: JsonValueKind.String } text => Whole(text),
            { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
            _ => null,
        };

    /// <summary>Null for what is no text after all: broken UTF-8, half a pair of surrogates.</summary>
    private static string? Whole(JsonElement text)
    {
        try
        {
            return text.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Null also for ffprobe's ways of saying that it does not know.</summary>
    public static string? Word(this JsonElement element, string name) =>
        element.Text(name) is { } text && text is not ("" or "unknown" or "reserved" or "N/A")
            ? text
            : null;

    public static long? Long(this JsonElement element, string name) =>
        long.TryParse(element.Text(name), CultureInfo.InvariantCulture, out var value)
            ? value
            : null;

    /// <summary>Null also for 0, which ffprobe says for "unknown", and for what no int holds.</summary>
    public static int? Positive(this JsonElement element, string name) =>
        element.Long(name) is { } value and > 0 and <= int.MaxValue ? (int)value : null;

    public static double? Seconds(this JsonElement element, string name) =>
        double.TryParse(element.Text(name), CultureInfo.InvariantCulture, out var value)
        && double.IsFinite(value)
            ? value
            : null;

    public static bool Flag(this JsonElement element, string name) => element.Long(name) is 1;

    /// <summary>A positive fraction, else null: <c>0/0</c> and <c>0:1</c> say "unknown".</summary>
    public static Rational? Ratio(this JsonElement element, string name) =>
        Rational.Parse(element.Text(name)) is { IsPositive: true } value ? value : null;
}
