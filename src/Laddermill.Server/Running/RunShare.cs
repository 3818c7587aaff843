using Laddermill.Server.Configuration;
using Laddermill.Server.Ledger;
using Laddermill.Server.Telemetry;

namespace Laddermill.Server.Running;

/// <summary>What a run has of a machine for itself, and is paid for by the hour.</summary>
/// <param name="Processors">Virtual ones.</param>
/// <param name="Memory">Gigabytes (1024³).</param>
public sealed record RunShare(double Processors, double Memory)
{
    /// <summary>Of Oracle's processors of other kinds than Arm, one is two virtual ones.</summary>
    private const double ThreadsOfOcpu = 2;

    /// <param name="cores">Of this machine.</param>
    /// <param name="memory">Of this machine, in bytes.</param>
    public static RunShare Of(EngineChoice engine, int slots, int cores, long memory)
    {
        var gigabytes = memory / (double)(1 << 30);
        return engine switch
        {
            EngineChoice.Docker(var docker) => new(
                docker.Cpus ?? (double)cores / slots,
                docker.Memory
            ),
            EngineChoice.Oci(var instances) => new(
                (double)instances.Ocpus
                    * (
                        instances.Shape.Contains(".A", StringComparison.Ordinal) ? 1 : ThreadsOfOcpu
                    ),
                (double)instances.Memory
            ),
            EngineChoice.Process(_, var limits) => new(
                limits.Cpus ?? (double)cores / slots,
                limits.Memory ?? gigabytes / slots
            ),
            _ => new((double)cores / slots, gigabytes / slots),
        };
    }

    internal AttemptFigures FiguresOf(AttemptEnd end, WorkerFigures figures)
    {
        // What was published before and found done again is nobody's work of now: it has no phases.
        var hasPublished = end.Outcome == "succeeded" && figures.Phases.Length > 0;
        return new AttemptFigures(
            hasPublished ? figures.FilmSeconds : 0,
            hasPublished
                ? figures.Phases.Where(phase => phase.Name == "encode").Sum(phase => phase.Seconds)
                : 0,
            hasPublished ? figures.Bytes : 0,
            Processors,
            Memory
        );
    }
}
