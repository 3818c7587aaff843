using System.Collections.Immutable;
using Laddermill.Cli.Progress;
using Laddermill.Cli.Serving;
using Spectre.Console;

namespace Laddermill.Cli.Commands.Jobs;

/// <summary>One job for people.</summary>
internal static class JobSummary
{
    /// <param name="addressOf">The whole address of what a server links to.</param>
    public static async Task WriteAsync(
        TextWriter writer,
        ServerJob job,
        ImmutableArray<ServerAttempt> attempts,
        Func<string, string> addressOf,
        DateTimeOffset now
    )
    {
        await writer.WriteHarmlessAsync([
            $"job          {job.Id}",
            $"state        {State(job, now)}",
            $"source       {job.Source} ({Words.Size(job.Size)})",
            $"destination  {job.Destination}",
            $"pipeline     {job.Pipeline ?? "none"}, priority {job.Priority}",
            $"added        {Instant(job.Created)}",
            .. job.Progress is { } progress
                ? [$"progress     {ProgressLine.Of(progress)}"]
                : (string[])[],
        ]);
        if (!attempts.IsEmpty)
        {
            await writer.WriteLineAsync();
            var table = Terminal.Table(" attempt", "began", " took", "outcome", "server", "reason");
            foreach (var attempt in attempts)
            {
                table.AddRow(
                    Terminal.Row(
                        Words.Invariant($"{attempt.Number}"),
                        Instant(attempt.Started),
                        Words.Clock(((attempt.Ended ?? now) - attempt.Started).TotalSeconds),
                        attempt.Outcome ?? "runs",
                        attempt.Server.Split('/')[0],
                        FirstLine(attempt.Reason)
                    )
                );
            }
            Terminal.Of(writer).Write(table);
        }
        if (job.IsOver || job.Links?.Playlist is not null)
        {
            await writer.WriteLineAsync();
            await WriteEndAsync(writer, job, addressOf);
        }
    }

    /// <summary>What came of it: renditions and addresses, or the reason.</summary>
    public static async Task WriteEndAsync(
        TextWriter writer,
        ServerJob job,
        Func<string, string> addressOf
    )
    {
        if (job.Result?.Renditions is { } renditions)
        {
            Terminal.Of(writer).Write(ResultSummary.Table(renditions));
        }
        await writer.WriteHarmlessAsync([
            .. job.Result?.Warnings?.Select(warning => $"Note: {warning}") ?? [],
            .. job.Links?.Playlist is { } playlist
                ? [$"HLS:  {addressOf(playlist)}"]
                : (string[])[],
            .. job.Links?.Manifest is { } manifest
                ? [$"DASH: {addressOf(manifest)}"]
                : (string[])[],
            .. job is { IsOver: true, State: not "succeeded" } ? [Ending(job)] : (string[])[],
        ]);
    }

    /// <summary>How a job ended that made nothing, as a sentence with its reason.</summary>
    public static string Ending(ServerJob job)
    {
        var how = job.State switch
        {
            "rejected" => $"was rejected ({job.Code})",
            "failed" => "failed",
            _ => "was cancelled",
        };
        return job.Reason is { } reason ? $"{job.Name} {how}: {reason}" : $"{job.Name} {how}.";
    }

    private static string State(ServerJob job, DateTimeOffset now) =>
        job switch
        {
            { CancelRequested: true, IsOver: false } => "being cancelled",
            { State: "queued", NextAttempt: { } due } when due > now =>
                $"queued; tried again in {Words.Clock((due - now).TotalSeconds)}",
            { State: "running", Started: { } since } =>
                $"running for {Words.Clock((now - since).TotalSeconds)}",
            { Ended: { } ended } => $"{job.State} {Words.Ago(now - ended)}",
            _ => job.State,
        };

    private static string Instant(DateTimeOffset time) =>
        Words.Invariant($"{time.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC");

    private static string FirstLine(string? text) => text?.Split('\n')[0] ?? "";
}
