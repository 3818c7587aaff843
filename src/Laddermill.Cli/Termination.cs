using System.Runtime.InteropServices;

namespace Laddermill.Cli;

/// <summary>
/// Turns the signals that ask a program to end (Ctrl-C, <c>kill</c>, a closed terminal) into a cancelled token, so that what runs can
/// stop its tools and tidy up. A second signal ends the program at once, for a person whose first one was not heard.
/// </summary>
internal sealed class Termination : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly List<PosixSignalRegistration> registrations;

    public Termination() =>
        registrations = [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal),
        ];

    public CancellationToken Requested => source.Token;

    public void Dispose()
    {
        registrations.ForEach(registration => registration.Dispose());
        source.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        // Cancel here means: the default handling, which is to die, shall not happen.
        context.Cancel = !source.IsCancellationRequested;
        source.Cancel();
    }
}
