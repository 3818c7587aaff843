using System.Collections.Immutable;
using Laddermill.Cli.Progress;
using Laddermill.Cli.Serving;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Laddermill.Cli.Commands.Demo;

/// <summary>What runs and what waits, for the foot of a terminal.</summary>
internal static class DemoTable
{
    private const int MostRows = 8;

    public static IRenderable Of(ImmutableArray<ServerJob> jobs)
    {
        var running = jobs.Where(job => job.State == "running").ToList();
        var waiting =
            jobs.Count(job => job.State == "queued") + Math.Max(0, running.Count - MostRows);
        if (running.Count + waiting == 0)
        {
            return new Text("Waiting for films. Ctrl-C ends it.");
        }
        var table = new Grid();
        table.AddColumns(
            new GridColumn(),
            new GridColumn().NoWrap(),
            new GridColumn().NoWrap(),
            new GridColumn().NoWrap().RightAligned(),
            new GridColumn().NoWrap()
        );
        foreach (var job in running.Take(MostRows))
        {
            table.AddRow(
                Terminal.Row(
                    job.Name,
                    job.Progress?.Phase ?? "start",
                    ProgressTable.Bar(job.Progress?.Fraction ?? 0),
                    Words.Invariant($"{Math.Floor((job.Progress?.Fraction ?? 0) * 100)} %"),
                    job.Progress is { } progress ? ProgressTable.Outlook(progress) : ""
                )
            );
        }
        return waiting == 0
            ? table
            : new Rows(table, new Text($"{waiting} more {(waiting == 1 ? "waits" : "wait")}."));
    }
}
