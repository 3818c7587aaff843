using Laddermill.Storage;
using Laddermill.Transcoding;
using Spectre.Console;

namespace Laddermill.Cli.Commands;

/// <summary>What a job made and where it lies, for people.</summary>
internal static class ResultSummary
{
    public static async Task WriteAsync(
        TextWriter writer,
        ObjectLocation destination,
        JobEnding ending
    )
    {
        if (ending.Renditions is { } renditions)
        {
            Console(writer).Write(Table(renditions));
        }
        if (ending.WasDone is true)
        {
            await writer.WriteLineAsync(
                "Done before; nothing was made. --force makes a new revision."
            );
        }
        await writer.WriteHarmlessAsync([
            .. ending.Warnings?.Select(warning => $"Note: {warning}") ?? [],
            .. Place("HLS", destination, ending.MasterPlaylist),
            .. Place("TS", destination, ending.TransportPlaylist),
            .. Place("DASH", destination, ending.DashManifest),
        ]);
    }

    /// <summary>The address of a key of the destination: a path for a folder.</summary>
    public static string Address(ObjectLocation destination, string key)
    {
        var place = destination with { Key = key };
        return place.Scheme == StoreScheme.File ? place.LocalPath : place.ToString();
    }

    private static IEnumerable<string> Place(
        string name,
        ObjectLocation destination,
        string? key
    ) => key is null ? [] : [$"{name + ":", -5} {Address(destination, key)}"];

    private static Table Table(IEnumerable<RenditionReport> renditions)
    {
        var table = new Table().NoBorder();
        table.AddColumns("", "picture", "codec", "average", "peak", "size");
        foreach (var (index, column) in table.Columns.Index())
        {
            column.NoWrap().PadRight(2).Alignment = index < 3 ? Justify.Left : Justify.Right;
        }
        foreach (var rendition in renditions)
        {
            table.AddRow(
                new Text(Words.Harmless(rendition.Name)),
                new Text(rendition.Width is null ? "" : $"{rendition.Width}x{rendition.Height}"),
                new Text(rendition.Codec),
                new Text(Words.Rate(rendition.AverageBitrate)),
                new Text(Words.Rate(rendition.PeakBitrate)),
                new Text(Words.Size(rendition.Bytes))
            );
        }
        return table;
    }

    private static IAnsiConsole Console(TextWriter writer)
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
}
