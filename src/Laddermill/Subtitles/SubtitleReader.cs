using System.Text;

namespace Laddermill.Subtitles;

/// <summary>Reads texts of subtitles, whoever wrote them. Pure: the same text gives the same cues, and nothing is ever thrown over a text.</summary>
public static class SubtitleReader
{
    /// <summary>Bytes of a whole text; a film's have some hundred kilobytes.</summary>
    public const int MostBytes = 8 << 20;

    /// <param name="offset">Milliseconds to take from every time: when the film begins in the text's own time.</param>
    public static SubtitleText Read(string text, SubtitleFormat format, long offset = 0)
    {
        var cues = new CueCollector(format, offset);
        switch (format)
        {
            case SubtitleFormat.Vtt:
                VttReader.Read(text, cues);
                break;
            case SubtitleFormat.Ass:
                AssReader.Read(text, cues);
                break;
            default:
                SrtReader.Read(text, cues);
                break;
        }
        return cues.ToText();
    }

    /// <summary>The same from bytes, whose character set is found first.</summary>
    /// <param name="language">BCP 47 tag, for texts that are not Unicode; null when unknown.</param>
    public static SubtitleText Read(
        ReadOnlySpan<byte> bytes,
        SubtitleFormat format,
        string? language,
        long offset = 0
    )
    {
        var encoding = SubtitleCharset.Of(bytes, language);
        var read = Read(encoding.GetString(bytes), format, offset);
        return encoding is UTF8Encoding or UnicodeEncoding
            ? read
            : read with
            {
                Warnings = read.Warnings.Insert(
                    0,
                    $"the text is not Unicode; it was read as {encoding.WebName}, by its language"
                ),
            };
    }
}
