namespace Laddermill.Subtitles;

/// <summary>Collects cues within limits, cleaned, and counts what is wrong with the others.</summary>
/// <param name="offset">Milliseconds to take from every time: the film's start.</param>
internal sealed class CueCollector(SubtitleFormat format, long offset)
{
    /// <summary>Ten hours of quick talk have fewer.</summary>
    public const int MostCues = 20_000;

    private readonly List<Cue> cues = [];
    private int unreadable;
    private int firstUnreadable;
    private int backwards;
    private int tooMany;

    public void Add(long start, long end, string text, string settings)
    {
        var cue = CueText.Clean(text, format == SubtitleFormat.Ass);
        if (cue.Text.Length == 0)
        {
            return;
        }
        if (end <= start)
        {
            backwards++;
        }
        else if (cues.Count == MostCues)
        {
            tooMany++;
        }
        else if (end > offset)
        {
            cues.Add(
                new Cue(
                    Math.Max(0, start - offset),
                    end - offset,
                    cue.Text,
                    settings.Length > 0 ? settings : cue.Settings
                )
            );
        }
    }

    /// <param name="line">From 1.</param>
    public void NoteUnreadable(int line)
    {
        firstUnreadable = unreadable++ == 0 ? line : firstUnreadable;
    }

    public SubtitleText ToText()
    {
        var warnings = new List<string>();
        Warn(unreadable, $"without a readable time, the first in line {firstUnreadable}");
        Warn(backwards, $"that end before they begin");
        Warn(tooMany, $"beyond the first {MostCues}");
        return new SubtitleText(
            // Typesetters lay the same text over itself, for borders and shadows.
            [.. cues.Distinct().OrderBy(cue => cue.Start).ThenBy(cue => cue.End)],
            [.. warnings]
        );

        void Warn(int count, FormattableString which)
        {
            if (count > 0)
            {
                warnings.Add(
                    FormattableString.Invariant($"texts left out: {count} ")
                        + FormattableString.Invariant(which)
                );
            }
        }
    }
}
