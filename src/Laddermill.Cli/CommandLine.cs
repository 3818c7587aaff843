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
        if (parsed.Action is ParseErrorAction)
        {
            await error.WriteLineAsync(Problems(parsed));
            return ExitCode.Usage;
        }
        try
        {
            return await parsed.InvokeAsync(invocation, cancellation);
        }
        // The edge of the program: every failure becomes a sentence and an exit code.
        catch (Exception exception)
        {
            var cancelled = cancellation.IsCancellationRequested;
            await error.WriteLineAsync(ErrorReport.For(exception, cancelled));
            return ExitCode.For(exception, cancelled);
        }
    }

    private static string Problems(ParseResult parsed)
    {
        var problems = parsed.Errors.Select(problem => $"laddermill: {problem.Message}");
        var path =
            parsed.CommandResult.Command is LaddermillCommand
                ? ""
                : $" {parsed.CommandResult.Command.Name}";
        return string.Join('\n', problems.Append($"Try 'laddermill{path} --help'."));
    }
}
