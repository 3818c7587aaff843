using Laddermill.Cli;

using var termination = new Termination();
return await CommandLine.RunAsync(args, Console.Out, Console.Error, termination.Requested);
