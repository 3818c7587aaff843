using System.CommandLine;
using System.CommandLine.Help;
using Laddermill.Cli.Commands;
using Laddermill.Cli.Commands.Demo;
using Laddermill.Cli.Commands.Jobs;

namespace Laddermill.Cli;

/// <summary>
/// The root: what the program is for, and the list of its commands. A plain command, because a <see cref="RootCommand"/> calls itself
/// after its file and reads object names such as <c>[x].mp4</c> as directives of the parser.
/// </summary>
internal sealed class LaddermillCommand : Command, IExplainedCommand
{
    public LaddermillCommand()
        : base("laddermill", "Turns a video into adaptive streams (HLS and DASH).")
    {
        var help = new HelpOption { Recursive = true };
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        Options.Add(help);
        Options.Add(new VersionOption());
        Subcommands.Add(new TranscodeCommand());
        Subcommands.Add(new PlanCommand());
        Subcommands.Add(new ProbeCommand());
        Subcommands.Add(new VerifyCommand());
        Subcommands.Add(new SweepCommand());
        Subcommands.Add(new WorkCommand());
        Subcommands.Add(new DemoCommand());
        Subcommands.Add(new ServeCommand());
        Subcommands.Add(new JobsCommand());
        Subcommands.Add(new KeysCommand());
    }

    public string Examples =>
        """
            laddermill demo                              a server with a sample, to see how it plays
            laddermill serve                             watch folders and buckets, make streams of what comes
            laddermill jobs list                         what a server does
            laddermill transcode film.mkv /srv/streams   make streams of a film
            laddermill plan film.mkv                     what would be made, and why
            laddermill probe film.mkv                    what a source is
            laddermill verify /srv/streams/film.mkv      whether an output keeps the rules
            laddermill sweep /srv/streams                remove what was replaced a day ago
            laddermill plan --help                       each command has a page like this

            Data (--json) goes to the output, words for people to the error stream.
            Exit codes: 0 done, 1 failed, 2 wrong usage or configuration,
            3 the source was rejected, 130 cancelled.
            """;
}
