namespace Laddermill.Subtitles;

/// <summary>WebVTT: blocks between blank lines. Styles, regions and notes are left out; a cue's position is kept.</summary>
internal static class VttReader
{
    private static readonly string[] Names = ["line", "position", "size", "align", "vertical"];
    private static readonly string[] OtherBlocks = ["WEBVTT", "NOTE", "STYLE", "REGION"];

    public static void Read(string text, CueCollector cues)
    {
        TimingLine? open = null;
        var body = new List<string>();
        var (number, isBlockStart, isSkipped) = (0, true, false);
        foreach (var line in TextLines.Of(text))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                Close();
                (isBlockStart, isSkipped) = (true, false);
                continue;
            }
            if (TimingLine.IsMeant(line) && !isSkipped)
            {
                Close();
                open = TimingLine.Read(line);
                if (open is null)
                {
                    cues.NoteUnreadable(number);
                }
            }
            else if (open is not null)
            {
                body.Add(line);
            }
            else if (isBlockStart)
            {
                isSkipped = OtherBlocks.Any(name =>
                    line.StartsWith(name, StringComparison.Ordinal)
                );
            }
            isBlockStart = false;
        }
        Close();

        void Close()
        {
            if (open is { } timing)
            {
                cues.Add(timing.Start, timing.End, string.Join('\n', body), Settings(timing.Rest));
            }
            open = null;
            body.Clear();
        }
    }

    /// <summary>Only what is a setting, and only in letters that cannot be anything else.</summary>
    private static string Settings(string rest) =>
        string.Join(
            ' ',
            rest.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)
                .Where(setting =>
                    setting.Split(':') is [var name, { Length: > 0 and <= 32 } value]
                    && Names.Contains(name)
                    && value.All(letter =>
                        char.IsAsciiLetterOrDigit(letter) || "%.,-".Contains(letter)
                    )
                )
                .Take(Names.Length)
        );
}
