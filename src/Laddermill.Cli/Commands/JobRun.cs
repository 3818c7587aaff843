using Laddermill.Cli.Progress;
using Laddermill.Jobs;
using Laddermill.Transcoding;

namespace Laddermill.Cli.Commands;

/// <summary>Runs one job for a command, and tells programs how it ended, well or not.</summary>
/// <param name="tellEnding">Called once, before a failure is thrown on; null when no program listens.</param>
internal sealed class JobRun(ProgressDisplay display, Action<JobEnding>? tellEnding)
{
    /// <exception cref="UsageException">The document asks for something that cannot be meant.</exception>
    public async Task<JobEnding> RunAsync(
        JobDocument document,
        ProgressMode mode,
        CancellationToken cancellation
    )
    {
        PhaseWatch? phases = null;
        try
        {
            var request = await OpenAsync(document, cancellation);
            var result = await display.ShowAsync(
                mode,
                listener =>
                {
                    phases = new PhaseWatch(TimeProvider.System, listener);
                    return new TranscodeJob(TimeProvider.System).RunAsync(
                        request,
                        phases,
                        cancellation
                    );
                }
            );
            var ending = JobEnding.Of(result, request) with { Phases = phases?.End() };
            tellEnding?.Invoke(ending);
            return ending;
        }
        catch (Exception failure)
        {
            tellEnding?.Invoke(
                JobEnding.Of(failure, cancellation.IsCancellationRequested) with
                {
                    Phases = phases?.End(),
                }
            );
            throw;
        }
    }

    private static async Task<JobRequest> OpenAsync(
        JobDocument document,
        CancellationToken cancellation
    )
    {
        try
        {
            return await JobRequest.OpenAsync(
                document,
                Environment.CurrentDirectory,
                TimeProvider.System,
                cancellation
            );
        }
        catch (ArgumentException wrong)
        {
            throw new UsageException(wrong.Message);
        }
    }
}
