using Laddermill.Dispatching;
using Laddermill.Ladders;
using Laddermill.Media;
using Laddermill.Processes;
using Laddermill.Storage;

namespace Laddermill.Cli;

/// <summary>What scripts are told. The numbers are a contract.</summary>
internal static class ExitCode
{
    /// <summary>Done, or nothing was left to do.</summary>
    public const int Done = 0;

    /// <summary>Something went wrong that may go right another time, or a published output breaks a rule.</summary>
    public const int Failed = 1;

    /// <summary>The command line or a configuration file is wrong.</summary>
    public const int Usage = 2;

    /// <summary>The source is unsupported, broken or hostile: trying again would not help.</summary>
    public const int Rejected = 3;

    /// <summary>Ended by a signal: 128 + SIGINT, as shells count.</summary>
    public const int Cancelled = 130;

    /// <param name="cancelled">Whether a signal asked for the end; a cancelled task without one is some time limit that ran out.</param>
    public static int For(Exception exception, bool cancelled) =>
        exception switch
        {
            OperationCanceledException when cancelled => Cancelled,
            RejectedException => Rejected,
            UsageException
            or AddressException
            or ProfileException
            or LimitsException
            or ConfigurationException
            or SandboxException => Usage,
            _ => Failed,
        };
}
