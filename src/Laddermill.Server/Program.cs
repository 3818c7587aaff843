using Laddermill.Server;

return await ServerProgram.RunAsync(args, System.Console.Error);
