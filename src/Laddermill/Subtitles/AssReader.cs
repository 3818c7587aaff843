namespace Laddermill.Subtitles;

/// <summary>SubStation Alpha: the dialogue lines of its events; styles, fonts and pictures are left out.</summary>
internal static class AssReader
{
    private static readonly string[] UsualColumns =
        "Layer,Start,End,Style,Name,MarginL,MarginR,MarginV,Effect,Text".Split(',');

    public static void Read(string text, CueCollector cues)
    {
        var columns = UsualColumns;
        var (number, inEvents) = (0, false);
        foreach (var line in TextLines.Of(text))
        {
            number++;
            if (line.StartsWith('['))
            {
                inEvents = line.StartsWith("[Events]", StringComparison.OrdinalIgnoreCase);
            }
            else if (inEvents && Content(line, "Format:") is { } format)
            {
                columns = format.Split(',', StringSplitOptions.TrimEntries);
            }
            else if (Content(line, "Dialogue:") is { } dialogue)
            {
                Add(dialogue.Split(',', Math.Max(1, columns.Length)), columns, number, cues);
            }
        }
    }

    private static void Add(string[] values, string[] columns, int number, CueCollector cues)
    {
        string? Value(string column)
        {
            var index = Array.FindIndex(
                columns,
                name => name.Equals(column, StringComparison.OrdinalIgnoreCase)
            );
            return index >= 0 && index < values.Length ? values[index] : null;
        }
        if (
            CueTime.Parse(Value("Start")) is { } start
            && CueTime.Parse(Value("End")) is { } end
            && Value("Text") is { } text
        )
        {
            cues.Add(start, end, text, "");
        }
        else
        {
            cues.NoteUnreadable(number);
        }
    }

    private static string? Content(string line, string name) =>
        line.StartsWith(name, StringComparison.OrdinalIgnoreCase) ? line[name.Length..] : null;
}
