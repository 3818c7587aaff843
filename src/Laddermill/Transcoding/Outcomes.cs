using Laddermill.Jobs;
using Laddermill.Media;
using Laddermill.Processes;
using Laddermill.Storage;

namespace Laddermill.Transcoding;

/// <summary>Reads and writes how one job ended.</summary>
internal sealed class Outcomes(OutputFolder output, string job, string source, TimeProvider clock)
{
    private string Key => output.Outcome(job);

    private JobOutcome? earlier;

    /// <summary>How an earlier attempt ended; null when there was none. Comes before anything is written: attempts are counted from it.</summary>
    public async Task<JobOutcome?> ReadAsync(CancellationToken cancellation)
    {
        var bytes = await output.Store.ReadSmallAsync(Key, cancellation);
        return earlier = bytes is null ? null : JobOutcome.Parse(bytes);
    }

    public Task WriteDoneAsync(string revision, CancellationToken cancellation) =>
        WriteAsync(JobEnd.Done, null, null, revision, cancellation);

    public Task WriteRejectedAsync(RejectedException rejection, CancellationToken cancellation) =>
        WriteAsync(JobEnd.Rejected, rejection.Code, rejection.Message, null, cancellation);

    private async Task WriteAsync(
        JobEnd end,
        string? code,
        string? reason,
        string? revision,
        CancellationToken cancellation
    )
    {
        var attempts = (earlier?.Attempts ?? 0) + 1;
        var outcome = new JobOutcome(
            job,
            end,
            code,
            reason,
            source,
            output.Name,
            revision,
            attempts,
            clock.GetUtcNow()
        );
        await output.Store.PutAsync(
            Key,
            outcome.ToJson(),
            OutputFolder.Json,
            default,
            cancellation
        );
    }

    /// <summary>The failure itself is what the caller must hear of; a store that cannot even take a note is often its cause.</summary>
    public async Task TryWriteFailureAsync(Exception failure)
    {
        var code = failure switch
        {
            ToolFailedException => "tool-failed",
            StoreException => "store-failed",
            _ => "internal",
        };
        var firstLine = failure.Message.Split('\n')[0];
        try
        {
            await WriteAsync(JobEnd.Failed, code, firstLine, null, CancellationToken.None);
        }
        catch (StoreException)
        {
            // Told by the failure that is being thrown.
        }
    }
}
