using System.Runtime.InteropServices;
using Laddermill.Function;

// The Fn container contract: a Unix socket that the platform waits for, one request at a time, until it stops us.
FnSocket socket;
try
{
    socket = FnSocket.Parse(Environment.GetEnvironmentVariable("FN_LISTENER"));
}
catch (FormatException wrong)
{
    Console.Error.WriteLine($"laddermill function: {wrong.Message}");
    return 2;
}
var function = new TranscodeFunction(Environment.GetEnvironmentVariable, TimeProvider.System);
var frames = new LogFrames(Environment.GetEnvironmentVariable, Console.Out, Console.Error);
var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
void End(PosixSignalContext signal)
{
    signal.Cancel = true;
    ended.TrySetResult();
}

using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
await using (await FnServer.StartAsync(socket, function, frames, TimeProvider.System))
{
    function.ReportProblems(Console.Error);
    await ended.Task;
}
return 0;
