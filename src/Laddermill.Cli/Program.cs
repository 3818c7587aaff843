using Laddermill.Cli;
using Laddermill.Processes;
using Microsoft.Win32.SafeHandles;

// Before all else: each start of a tool in the second tier comes through here, and waits for it.
if (args is [Launcher.Verb, .. var words])
{
    // Not the console's stream: that one loads more of the runtime when it is first used, and a runtime beside the program is out of reach by then.
    using var error = new StreamWriter(
        new FileStream(new SafeFileHandle(2, ownsHandle: false), FileAccess.Write, bufferSize: 0)
    );
    return Launcher.Become([.. words], error);
}

using var termination = new Termination(TimeProvider.System);
return await CommandLine.RunAsync(args, Console.Out, Console.Error, termination.Requested);
