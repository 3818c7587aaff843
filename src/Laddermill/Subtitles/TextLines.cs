namespace Laddermill.Subtitles;

internal static class TextLines
{
    /// <summary>Lines, however they end; the byte order mark is left out.</summary>
    public static IEnumerable<string> Of(string text)
    {
        var start = text.StartsWith('\ufeff') ? 1 : 0;
        while (start <= text.Length)
        {
            var end = text.AsSpan(start).IndexOfAny('\r', '\n');
            if (end < 0)
            {
                yield return text[start..];
                yield break;
            }
            yield return text.Substring(start, end);
            var isPair =
                text[start + end] == '\r'
                && start + end + 1 < text.Length
                && text[start + end + 1] == '\n';
            start += end + (isPair ? 2 : 1);
        }
    }
}
