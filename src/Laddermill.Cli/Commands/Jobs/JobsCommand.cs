using System.CommandLine;

namespace Laddermill.Cli.Commands.Jobs;

/// <summary><c>laddermill jobs …</c>: what a server does, seen and steered from the command line.</summary>
internal sealed class JobsCommand : Command, IExplainedCommand
{
    public JobsCommand()
        : base("jobs", "See and steer the jobs of a server.")
    {
        Subcommands.Add(new ListJobsCommand());
        Subcommands.Add(new ShowJobCommand());
        Subcommands.Add(new SubmitJobCommand());
        Subcommands.Add(new RetryJobCommand());
        Subcommands.Add(new CancelJobCommand());
        Subcommands.Add(new JobLogCommand());
    }

    public string Examples =>
        """
            laddermill jobs list                       the newest jobs
            laddermill jobs list --state failed,rejected
            laddermill jobs show c4q2                  one job: how far it is, or why it failed
            laddermill jobs submit film.mkv --wait     a film in a pipeline's source, done again if it must
            laddermill jobs retry c4q2                 again, from where it was
            laddermill jobs cancel c4q2
            laddermill jobs logs c4q2 --follow         what its worker writes
            laddermill jobs list --server http://media:8480 --key-file ~/.laddermill-key

            A job is named by its id, or the beginning of it.
            LADDERMILL_SERVER and LADDERMILL_KEY in the environment say the same as the options.
            """;
}
