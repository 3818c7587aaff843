using Laddermill.Cli.Serving;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Laddermill.Cli.Commands.Jobs;

/// <summary>Jobs as a table for people.</summary>
internal static class JobTable
{
    /// <summary>Enough of an id to name a job by.</summary>
    private const int IdLength = 10;

    public static IRenderable Of(IEnumerable<ServerJob> jobs, DateTimeOffset now)
    {
        var table = Terminal.Table("id", "state", " done", " tries", " added", "pipeline", "name");
        foreach (var job in jobs)
        {
            table.AddRow(
                Terminal.Row(
                    job.Id.Length > IdLength ? job.Id[..IdLength] : job.Id,
                    job is { CancelRequested: true, IsOver: false } ? "cancelling" : job.State,
                    job.Progress is { } progress
                        ? Words.Invariant($"{Math.Floor(progress.Fraction * 100)} %")
                        : "",
                    Words.Invariant($"{job.Attempts}"),
                    Words.Ago(now - job.Created),
                    job.Pipeline ?? "",
                    job.Name
                )
            );
        }
        return table;
    }
}
