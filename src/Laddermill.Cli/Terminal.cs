using Spectre.Console;

namespace Laddermill.Cli;

/// <summary>Writers as consoles that can draw tables.</summary>
internal static class Terminal
{
    public static IAnsiConsole Of(TextWriter writer)
    {
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) }
        );
        if (!console.Profile.Out.IsTerminal)
        {
            // A log has no edge at which lines would have to be cut.
            console.Profile.Width = 160;
        }
        return console;
    }

    /// <summary>Null where lines cannot be rewritten.</summary>
    public static IAnsiConsole? Live(TextWriter writer)
    {
        var console = Of(writer);
        return
            console.Profile.Out.IsTerminal
            && console.Profile.Capabilities is { Ansi: true, Interactive: true }
            ? console
            : null;
    }

    /// <summary>A table without lines.</summary>
    /// <param name="headings">Of its columns; those that begin with a space stand to the right.</param>
    public static Table Table(params string[] headings)
    {
        var table = new Table().NoBorder();
        table.AddColumns([.. headings.Select(heading => heading.Trim())]);
        foreach (var (column, heading) in table.Columns.Zip(headings))
        {
            column.NoWrap().PadRight(2).Alignment = heading.StartsWith(' ')
                ? Justify.Right
                : Justify.Left;
        }
        return table;
    }

    /// <summary>Cells as they are, without what would steer a terminal.</summary>
    public static Text[] Row(params string[] cells) =>
        [.. cells.Select(cell => new Text(Words.Harmless(cell)))];
}
