using System.Collections.Immutable;
using System.Text;

namespace Laddermill.Processes;

/// <summary>
/// A tool ended with an error. The message is a small page: what failed, the exit code, the command line for copy and paste, and the
/// last lines that the tool wrote.
/// </summary>
public sealed class ToolFailedException : Exception
{
    /// <summary>Lines of stderr in the message; <see cref="ErrorTail"/> has all that were kept.</summary>
    private const int ShownLines = 20;

    /// <param name="what">One sentence: what failed, on which object.</param>
    public ToolFailedException(string what, ToolCommand command, ToolExit exit)
        : base(Page(what, command, exit))
    {
        Command = command;
        ExitCode = exit.ExitCode;
        ErrorTail = exit.ErrorTail;
        Breach = exit.Breach;
    }

    public ToolCommand Command { get; }

    public int ExitCode { get; }

    public ImmutableArray<string> ErrorTail { get; }

    /// <summary>Set when the tool failed because it used more than it may.</summary>
    public ToolLimit? Breach { get; }

    private static string Page(string what, ToolCommand command, ToolExit exit)
    {
        var page = new StringBuilder(what).Append('\n');
        page.Append("  exit code: ").Append(exit.ExitCode);
        page.Append(exit.ExitCode > 128 ? $" (ended by signal {exit.ExitCode - 128})\n" : "\n");
        if (exit.Breach is { } breach)
        {
            page.Append("  it used more than it may: ").Append(Words(breach)).Append('\n');
        }
        page.Append("  command: ").Append(command).Append('\n');
        var lines = exit.ErrorTail;
        page.Append(lines.IsEmpty ? "  it wrote nothing to stderr" : "  last lines of its stderr:");
        foreach (var line in lines.Skip(Math.Max(0, lines.Length - ShownLines)))
        {
            page.Append("\n    ").Append(line);
        }
        return page.ToString();
    }

    private static string Words(ToolLimit limit) =>
        limit switch
        {
            ToolLimit.Processor => "processor time",
            ToolLimit.Wall => "time",
            ToolLimit.Standstill => "time, and did next to nothing in it",
            ToolLimit.Memory => "memory",
            _ => "bytes of output",
        };
}

/// <summary>A tool is not installed, or not where PATH looks.</summary>
public sealed class ToolNotFoundException(ToolCommand command)
    : Exception(
        $"The program '{command.FileName}' was not found on PATH. Install it (Debian, Ubuntu: "
            + $"apt-get install {command.Package ?? Path.GetFileName(command.FileName)}) or add its folder to PATH."
    )
{
    public ToolCommand Command { get; } = command;
}
