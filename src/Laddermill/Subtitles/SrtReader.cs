using System.Globalization;

namespace Laddermill.Subtitles;

/// <summary>
/// SubRip: a number, a timing line, text. What real files do is borne: no numbers, blank lines inside a text, none between texts.
/// </summary>
internal static class SrtReader
{
    public static void Read(string text, CueCollector cues)
    {
        TimingLine? open = null;
        var body = new List<string>();
        var (number, counter) = (0, 0);
        foreach (var line in TextLines.Of(text))
        {
            number++;
            if (!TimingLine.IsMeant(line))
            {
                body.Add(line);
                continue;
            }
            counter = DropCounter(body, counter);
            Close();
            open = TimingLine.Read(line);
            if (open is null)
            {
                cues.NoteUnreadable(number);
            }
        }
        Close();

        void Close()
        {
            if (open is { } timing)
            {
                cues.Add(timing.Start, timing.End, string.Join('\n', body), "");
            }
            body.Clear();
        }
    }

    /// <summary>The number of the next text is no part of this one: it stands behind a blank line, or counts on.</summary>
    private static int DropCounter(List<string> body, int counter)
    {
        if (
            body is [.., var last]
            && int.TryParse(
                last,
                NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
                CultureInfo.InvariantCulture,
                out var next
            )
            && (body.Count == 1 || next == counter + 1 || string.IsNullOrWhiteSpace(body[^2]))
        )
        {
            body.RemoveAt(body.Count - 1);
            return next;
        }
        return counter;
    }
}
