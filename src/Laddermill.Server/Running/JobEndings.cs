using Laddermill.Server.Ledger;

namespace Laddermill.Server.Running;

/// <summary>Whoever must hear that a job is over. Called inside the transaction that ends it, so that nothing is forgotten.</summary>
public sealed class JobEndings(IEnumerable<IJobEnding> listeners)
{
    public async Task TellAsync(LedgerContext ledger, JobRow job)
    {
        foreach (var listener in listeners)
        {
            await listener.TellAsync(ledger, job);
        }
    }
}

public interface IJobEnding
{
    /// <summary>Writes into the ledger what is to be done about the end of <paramref name="job"/>, and nothing else.</summary>
    Task TellAsync(LedgerContext ledger, JobRow job);
}
