using System.Runtime.InteropServices;

namespace Laddermill.Cli;

/// <summary>
/// Turns the signals that ask a program to end (Ctrl-C, <c>kill</c>, a closed terminal) into a cancelled token, so that what runs can
/// stop its tools and tidy up. Who asks again after a while is not kept waiting: then the program ends at once.
/// </summary>
internal sealed class Termination : IDisposable
{
    /// <summary>One wish often comes twice: from the terminal and from a wrapper such as timeout(1).</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource source = new();
    private readonly List<PosixSignalRegistration> registrations;
    private readonly TimeProvider clock;
    private long? askedAt;

    public Termination(TimeProvider clock)
    {
        this.clock = clock;
        registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal),
        ];
    }

    public CancellationToken Requested => source.Token;

    public void Dispose()
    {
        registrations.ForEach(registration => registration.Dispose());
        source.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        askedAt ??= clock.GetTimestamp();
        // Cancel here means: the default handling, which is to die, shall not happen.
        context.Cancel = clock.GetElapsedTime(askedAt.Value) < Patience;
        source.Cancel();
    }
}
