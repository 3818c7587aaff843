using Microsoft.Extensions.Logging;

namespace Laddermill.Engines.ChildProcesses;

internal static partial class Log
{
    [LoggerMessage(
        LogLevel.Warning,
        "Limits of workers on memory and processors are not held: {Obstacle}. They need control groups of our own (systemd: Delegate=yes)."
    )]
    public static partial void LimitsAreNotHeld(ILogger logger, string obstacle);

    [LoggerMessage(LogLevel.Warning, "The worker {Run} runs without limits: {Obstacle}")]
    public static partial void WorkerWithoutLimits(ILogger logger, string run, string obstacle);
}
