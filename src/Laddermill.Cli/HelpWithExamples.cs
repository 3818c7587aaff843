using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Laddermill.Cli;

/// <summary>A command that can show how it is used.</summary>
internal interface IExplainedCommand
{
    /// <summary>Lines of examples, each a command with a word on what it does.</summary>
    string Examples { get; }
}

/// <summary>The parser's own help, with the command's examples beneath: people copy those first.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var code = help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is IExplainedCommand explained)
        {
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (var line in explained.Examples.Split('\n'))
            {
                output.WriteLine($"  {line}".TrimEnd());
            }
            output.WriteLine();
        }
        return code;
    }
}
