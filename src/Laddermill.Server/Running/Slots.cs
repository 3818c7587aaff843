namespace Laddermill.Server.Running;

/// <summary>How many jobs run at once.</summary>
public static class Slots
{
    /// <summary>A 1080p job's worker and encoders were seen to take up to about 1.1 GB (docs/measurements.md); the rest is for the system's cache.</summary>
    private const long BytesForJob = 1_500_000_000;

    /// <summary>One job keeps about two cores busy: one for each two, as long as memory carries them, and at least one.</summary>
    /// <param name="memory">Bytes that this process may use.</param>
    public static int ForMachine(int cores, long memory) =>
        (int)Math.Max(1, Math.Min(cores / 2, memory / BytesForJob));
}
