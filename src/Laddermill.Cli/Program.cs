using Laddermill.Cli;
using Laddermill.Processes;

// Before all else: each start of a tool in the second tier comes through here, and waits for it.
if (args is [Launcher.Verb, .. var words])
{
    return Launcher.Become([.. words], Console.Error);
}

using var termination = new Termination(TimeProvider.System);
return await CommandLine.RunAsync(args, Console.Out, Console.Error, termination.Requested);
