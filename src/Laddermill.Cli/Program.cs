using Laddermill.Cli;

using var termination = new Termination(TimeProvider.System);
return await CommandLine.RunAsync(args, Console.Out, Console.Error, termination.Requested);
