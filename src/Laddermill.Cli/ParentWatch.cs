using System.Runtime.InteropServices;

namespace Laddermill.Cli;

/// <summary>
/// Notices that the process which started us is gone: then nobody waits for what we do. The kernel's own signal for that
/// (PR_SET_PDEATHSIG) fires already when the <em>thread</em> that started us ends, which is wrong for parents with thread pools.
/// </summary>
internal sealed partial class ParentWatch : IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource gone;
    private readonly ITimer? timer;

    /// <param name="otherwise">Cancels <see cref="Gone"/> too.</param>
    public ParentWatch(TimeProvider clock, CancellationToken otherwise)
    {
        gone = CancellationTokenSource.CreateLinkedTokenSource(otherwise);
        var parent = GetParentProcessId();
        // Started by init itself, or the first process of a container: there is no parent to lose.
        timer =
            parent <= 1 ? null : clock.CreateTimer(_ => Look(parent), null, LookEvery, LookEvery);
    }

    public CancellationToken Gone => gone.Token;

    public void Dispose()
    {
        timer?.Dispose();
        gone.Dispose();
    }

    private void Look(int parent)
    {
        if (GetParentProcessId() != parent)
        {
            gone.Cancel();
        }
    }

    [LibraryImport("libc", EntryPoint = "getppid")]
    private static partial int GetParentProcessId();
}
