using System.CommandLine;
using Laddermill.Cli.Serving;

namespace Laddermill.Cli.Commands;

/// <summary><c>laddermill keys …</c>: keys are kept in the server's ledger, so the server's program makes them.</summary>
internal sealed class KeysCommand : Command, IExplainedCommand
{
    private readonly Argument<string[]> words = new("create|list|revoke")
    {
        Arity = ArgumentArity.OneOrMore,
        Description = "What to do, and its own options.",
    };

    public KeysCommand()
        : base("keys", "Make, list and revoke keys for the server's API.")
    {
        Arguments.Add(words);
        // They are the server's options.
        TreatUnmatchedTokensAsErrors = false;
        SetAction(Run);
    }

    public string Examples =>
        """
            laddermill keys create --name reader --scope read --config /etc/laddermill.json
            laddermill keys list --config /etc/laddermill.json
            laddermill keys revoke ID --config /etc/laddermill.json

            Scopes: read sees, submit asks for jobs and cancels them, admin may all.
            A key is printed once, on the output; the ledger keeps its hash alone.
            """;

    private int Run(ParseResult parsed)
    {
        ServerInstallation.Find().Become([.. parsed.Tokens.Select(token => token.Value)]);
        return ExitCode.Failed;
    }
}
