using System.Globalization;
using System.Text;

namespace Laddermill.Server.Uploads;

/// <summary>Names that people's machines give to what they upload, made fit to be names of objects: strangers choose them.</summary>
internal static class UploadNames
{
    /// <summary>Bytes of UTF-8. File systems allow 255, and the thumbnail's name is longer than the film's.</summary>
    private const int MostBytes = 200;

    private const int MostInEnding = 16;

    /// <summary>The last part of a path, without what hides it, breaks lines or turns the direction of writing; null when nothing is left.</summary>
    public static string? Clean(string name)
    {
        var last = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        var kept = new StringBuilder(last.Length);
        foreach (var rune in last.EnumerateRunes())
        {
            // Halves of characters come as U+FFFD.
            kept.Append(IsHarmless(rune) ? rune.ToString() : "_");
        }
        // A dot in front would hide it, and a space at an end be lost on the way to another system.
        var cleaned = kept.ToString().Trim().TrimStart(['.', ' ']);
        return cleaned.Length == 0 ? null : Shorten(cleaned);
    }

    /// <summary><c>film (2).mp4</c> for <c>film.mp4</c>; the name itself for 1.</summary>
    public static string Numbered(string name, int number)
    {
        if (number == 1)
        {
            return name;
        }
        var ending = Path.GetExtension(name);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{name[..^ending.Length]} ({number}){ending}"
        );
    }

    private static bool IsHarmless(Rune rune) =>
        rune.Value != 0xFFFD
        && Rune.GetUnicodeCategory(rune)
            is not (
                UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned
            );

    private static string Shorten(string name)
    {
        if (Encoding.UTF8.GetByteCount(name) <= MostBytes)
        {
            return name;
        }
        var ending = Path.GetExtension(name);
        if (ending.Length > MostInEnding)
        {
            ending = "";
        }
        var kept = new StringBuilder();
        var left = MostBytes - Encoding.UTF8.GetByteCount(ending);
        foreach (var rune in name.EnumerateRunes())
        {
            if ((left -= rune.Utf8SequenceLength) < 0)
            {
                break;
            }
            kept.Append(rune);
        }
        return kept.ToString().TrimEnd() + ending;
    }
}
