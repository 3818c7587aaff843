using System.CommandLine;
using Laddermill.Cli.Serving;

namespace Laddermill.Cli.Commands;

/// <summary><c>laddermill serve</c>: becomes the server, which is a program of its own.</summary>
internal sealed class ServeCommand : Command, IExplainedCommand
{
    private readonly Option<string> config = Shared.Config();
    private readonly Option<bool> check = new("--check")
    {
        Description =
            "Only say whether the configuration is right, with all that is wrong with it.",
    };

    public ServeCommand()
        : base(
            "serve",
            "Run the server: it watches folders and buckets, queues, runs and remembers."
        )
    {
        Options.Add(config);
        Options.Add(check);
        SetAction(Run);
    }

    public string Examples =>
        """
            laddermill serve                                      reads laddermill.json here
            laddermill serve --config /etc/laddermill.json
            laddermill serve --config /etc/laddermill.json --check

            A configuration that makes streams of what is dropped into a folder:
              {
                "pipelines": [
                  { "name": "films", "source": "inbox", "destination": "outbox" }
                ]
              }
            deploy/laddermill.sample.json has every option; docs/server.md tells the rest.
            """;

    private int Run(ParseResult parsed)
    {
        string[] more = parsed.GetValue(check) ? ["--check"] : [];
        ServerInstallation.Find().Become(["--config", parsed.GetRequiredValue(config), .. more]);
        return ExitCode.Failed;
    }
}
