using Laddermill.Jobs;
using Laddermill.Processes;
using Laddermill.Storage;

namespace Laddermill.Transcoding;

/// <summary>Reads and writes how one job ended.</summary>
internal sealed class Outcomes(OutputFolder output, string job, string source, TimeProvider clock)
{
    private string Key => output.Outcome(job);

    public async Task<JobOutcome?> ReadAsync(CancellationToken cancellation)
    {
        var bytes = await output.ReadSmallAsync(Key, cancellation);
        return bytes is null ? null : JobOutcome.Parse(bytes);
    }

    public Task WriteAsync(
        JobEnd end,
        string? code,
        string? reason,
        string? revision,
        JobOutcome? earlier,
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
        return output.Store.PutAsync(
            Key,
            outcome.ToJson(),
            OutputFolder.Json,
            default,
            cancellation
        );
    }

    /// <summary>The failure itself is what the caller must hear of; a store that cannot even take a note is often its cause.</summary>
    public async Task TryWriteFailureAsync(Exception failure, JobOutcome? earlier)
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
            await WriteAsync(JobEnd.Failed, code, firstLine, null, earlier, CancellationToken.None);
        }
        catch (StoreException)
        {
            // Told by the failure that is being thrown.
        }
    }
}
