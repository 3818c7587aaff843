using Laddermill.Transcoding;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Laddermill.Cli.Progress;

/// <summary>A snapshot as a terminal shows it: a line for each rendition, and one for the whole.</summary>
internal static class ProgressTable
{
    private const int BarWidth = 24;

    public static IRenderable Of(JobProgress? progress)
    {
        if (progress is null || progress.Renditions.IsEmpty)
        {
            return new Text($"{progress?.Phase ?? "start"} …");
        }
        var table = new Grid();
        table.AddColumns(
            new GridColumn().NoWrap(),
            new GridColumn().NoWrap(),
            new GridColumn().NoWrap().RightAligned(),
            new GridColumn().NoWrap().RightAligned(),
            new GridColumn().NoWrap()
        );
        foreach (var rendition in progress.Renditions)
        {
            var fraction = Math.Min(1, rendition.Seconds / progress.Duration);
            AddRow(table, rendition.Name, fraction, rendition.Bytes, "", Style.Plain);
        }
        AddRow(
            table,
            progress.Phase,
            progress.Fraction,
            progress.Bytes,
            Outlook(progress),
            new Style(decoration: Decoration.Bold)
        );
        return progress.Playable is { } address
            ? new Rows(table, new Text($"playable: {Words.Harmless(address)}"))
            : table;
    }

    private static void AddRow(
        Grid table,
        string name,
        double fraction,
        long bytes,
        string outlook,
        Style style
    )
    {
        table.AddRow(
            new Text(Words.Harmless(name), style),
            new Text(Bar(fraction), style),
            new Text(Words.Invariant($"{Math.Floor(fraction * 100)} %"), style),
            new Text(Words.Size(bytes), style),
            new Text(outlook, style)
        );
    }

    /// <param name="fraction">0 to 1.</param>
    public static string Bar(double fraction)
    {
        var full = (int)(fraction * BarWidth);
        return new string('━', full) + new string('─', BarWidth - full);
    }

    /// <summary>How fast it is, and how long it will take.</summary>
    public static string Outlook(JobProgress progress)
    {
        var speed = progress.Speed is { } known ? Words.Invariant($"{known:0.00}x") : "";
        return progress.Remaining is { } left ? $"{speed}  {Words.Clock(left)} left" : speed;
    }
}
