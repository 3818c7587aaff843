using System.CommandLine;
using System.CommandLine.Invocation;

namespace Laddermill.Cli;

/// <summary>Reads the command line, runs the command it names, and turns however that ends into words and an exit code.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(
        IReadOnlyList<string> arguments,
        TextWriter output,
        TextWriter error,
        CancellationToken cancellation
    )
    {
        if (BucketCall.Of(arguments, Environment.GetEnvironmentVariable) is { } call)
        {
            return await GuardAsync(() => call.RunAsync(output, error, cancellation));
        }
        // Object names may start with '@' or be letters behind a dash: they stay what they are.
        var parsing = new ParserConfiguration
        {
            ResponseFileTokenReplacer = null,
            EnablePosixBundling = false,
        };
        var invocation = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            // Signals are ours, see Termination.
            ProcessTerminationTimeout = null,
        };
        var parsed = new LaddermillCommand().Parse(arguments, parsing);
        if (arguments.Count == 0)
        {
            invocation.Output = error;
            await new LaddermillCommand().Parse(["--help"]).InvokeAsync(invocation, cancellation);
            return ExitCode.Usage;
        }
        if (parsed.Action is ParseErrorAction)
        {
            await error.WriteLineAsync(Words.Harmless(Problems(parsed)));
            return ExitCode.Usage;
        }
        return await GuardAsync(() => parsed.InvokeAsync(invocation, cancellation));

        async Task<int> GuardAsync(Func<Task<int>> run)
        {
            try
            {
                return await run();
            }
            // The edge of the program: every failure becomes a sentence and an exit code.
            catch (Exception exception)
            {
                var cancelled = cancellation.IsCancellationRequested;
                await error.WriteLineAsync(ErrorReport.For(exception, cancelled));
                return ExitCode.For(exception, cancelled);
            }
        }
    }

    private static string Problems(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var isRoot = command is LaddermillCommand;
        var problems =
            isRoot && parsed.UnmatchedTokens.Count > 0
                ? [$"there is no command or option '{parsed.UnmatchedTokens[0]}'."]
                : parsed.Errors.Select(problem => problem.Message);
        var help = $"{string.Join(' ', NamesOf(command).Reverse())} --help";
        return string.Join(
            '\n',
            problems.Select(problem => $"laddermill: {problem}").Append($"Try '{help}'.")
        );
    }

    /// <summary>A command's name and those of its parents.</summary>
    private static IEnumerable<string> NamesOf(Command command) =>
        command.Parents.OfType<Command>().Take(1).SelectMany(NamesOf).Prepend(command.Name);
}
