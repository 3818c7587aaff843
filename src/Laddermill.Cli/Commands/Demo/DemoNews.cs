using System.Collections.Immutable;
using Laddermill.Cli.Commands.Jobs;
using Laddermill.Cli.Serving;
using Laddermill.Processes;

namespace Laddermill.Cli.Commands.Demo;

/// <summary>Finds what is worth a line: a film that plays already, one that is done, one that came to nothing.</summary>
internal sealed class DemoNews
{
    private readonly HashSet<string> playing = new(StringComparer.Ordinal);
    private readonly HashSet<string> over = new(StringComparer.Ordinal);

    /// <summary>Jobs that are over since the last call.</summary>
    public IEnumerable<ServerJob> Ended(ImmutableArray<ServerJob> jobs)
    {
        // A job that was over may be tried again.
        over.ExceptWith(jobs.Where(job => !job.IsOver).Select(job => job.Id));
        return [.. jobs.Where(job => job.IsOver && over.Add(job.Id))];
    }

    /// <summary>Of a film that is almost done it is no news that it plays already.</summary>
    private const double AlmostDone = 0.9;

    /// <summary>Jobs that run, and have something to play since the last call.</summary>
    public IEnumerable<ServerJob> Playable(ImmutableArray<ServerJob> jobs) =>
        [
            .. jobs.Where(job =>
                job is { IsOver: false, Links.Playlist: not null, Progress.Fraction: < AlmostDone }
                && playing.Add(job.Id)
            ),
        ];

    /// <param name="addressOf">The whole address of what the server links to.</param>
    public static string[] AtStart(ServerJob job, Func<string, string> addressOf) =>
        [$"{job.Name} plays already, while the rest is made: {addressOf(job.Links!.Playlist!)}"];

    /// <inheritdoc cref="AtStart"/>
    public static string[] AtEnd(ServerJob job, Func<string, string> addressOf) =>
        (job.State, job.Links) switch
        {
            ("succeeded", { Playlist: { } playlist } links) =>
            [
                job.Name == DemoFolder.SampleName
                    ? $"{job.Name} is done{Took(job)}. Open it in Chrome, Edge or Safari, or play it with VLC or ffplay:"
                    : $"{job.Name} is done{Took(job)}:",
                $"  HLS   {addressOf(playlist)}",
                .. links.Manifest is { } manifest
                    ? [$"  DASH  {addressOf(manifest)}"]
                    : (string[])[],
                .. job.Name == DemoFolder.SampleName
                    ? [$"  {new ToolCommand("ffplay", [addressOf(playlist)])}"]
                    : (string[])[],
            ],
            ("succeeded", _) => [$"{job.Name} is done{Took(job)}."],
            _ => [JobSummary.Ending(job)],
        };

    private static string Took(ServerJob job) =>
        job is { Started: { } started, Ended: { } ended }
            ? $" in {Words.Clock((ended - started).TotalSeconds)}"
            : "";
}
