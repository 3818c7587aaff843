using System.Collections.Immutable;
using System.Globalization;
using Docker.DotNet.Models;

namespace Laddermill.Engines.Docker;

/// <summary>What the container of a run is like, and what Docker says of it; pure.</summary>
internal static class WorkerContainer
{
    public const string OwnerLabel = "laddermill.owner";
    public const string JobLabel = "laddermill.job";
    public const string AttemptLabel = "laddermill.attempt";

    /// <summary>Processes and threads: ffmpeg has some for each core, in each encoder.</summary>
    private const int Threads = 4096;

    /// <summary>Sockets, and the little that the runtime writes.</summary>
    private const string Temporary = "rw,nosuid,nodev,noexec,size=64m,mode=1777";

    /// <summary>Longer than a start takes, however busy the machine is.</summary>
    private static readonly TimeSpan Startable = TimeSpan.FromMinutes(1);

    /// <summary>The same for the same work, so that Docker itself lets nobody start it twice; also the run's id.</summary>
    public static string Name(DockerOptions options, EngineWork work) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"laddermill-{options.Owner}-{work.Job}-{work.Attempt:0000}"
        );

    /// <param name="passed">Variables that the options name, as they are here.</param>
    public static CreateContainerParameters Describe(
        DockerOptions options,
        EngineWork work,
        ImmutableSortedDictionary<string, string> passed
    ) =>
        new()
        {
            Name = Name(options, work),
            Image = options.Image,
            Cmd = [.. work.Arguments],
            Env =
            [
                .. passed
                    .SetItems(work.Environment)
                    .Select(variable => $"{variable.Key}={variable.Value}"),
            ],
            // Null is the image's, although the client's signature knows of no null.
            User = options.User!,
            Labels = new Dictionary<string, string>
            {
                [OwnerLabel] = options.Owner,
                [JobLabel] = work.Job,
                [AttemptLabel] = work.Attempt.ToString(CultureInfo.InvariantCulture),
            },
            // For those who stop it by hand, and for a Docker Engine that ends.
            StopSignal = "SIGTERM",
            StopTimeout = options.Grace,
            HostConfig = new HostConfig
            {
                NetworkMode = options.Network,
                Mounts = [.. options.Mounts.Select(Mount)],
                ReadonlyRootfs = true,
                Tmpfs = new Dictionary<string, string> { ["/tmp"] = Temporary },
                CapDrop = ["ALL"],
                SecurityOpt = ["no-new-privileges"],
                // Reaps what dies in it, and passes signals on.
                Init = true,
                PidsLimit = Threads,
                Memory = options.MemoryBytes,
                // Memory and swap together: no swap.
                MemorySwap = options.MemoryBytes,
                NanoCPUs = (long)((options.Cpus ?? 0) * 1e9),
                // We decide on attempts.
                RestartPolicy = new RestartPolicy { Name = RestartPolicyKind.No },
                LogConfig = new LogConfig
                {
                    Type = "local",
                    Config = new Dictionary<string, string>
                    {
                        ["max-size"] = "1m",
                        ["max-file"] = "2",
                        ["compress"] = "false",
                    },
                },
            },
        };

    /// <summary>Null for containers that others made.</summary>
    public static (string Job, int Attempt)? Own(
        DockerOptions options,
        IDictionary<string, string>? labels
    ) =>
        labels is not null
        && labels.TryGetValue(OwnerLabel, out var owner)
        && owner == options.Owner
        && labels.TryGetValue(JobLabel, out var job)
        && labels.TryGetValue(AttemptLabel, out var attempt)
        && int.TryParse(attempt, CultureInfo.InvariantCulture, out var number)
            ? (job, number)
            : null;

    /// <summary>As Docker shows a container in full; null for those that others made.</summary>
    public static EngineRun? Read(
        DockerOptions options,
        ContainerInspectResponse container,
        DateTimeOffset now
    )
    {
        if (
            Own(options, container.Config?.Labels) is not var (job, attempt)
            || container.State is not { } state
        )
        {
            return null;
        }
        var run = new EngineRun(container.Name.TrimStart('/'), job, attempt, State(state.Status));
        return run.State switch
        {
            EngineState.Starting when now - container.Created > Startable => run with
            {
                State = EngineState.Ended,
                Detail = "It was made, and never started.",
            },
            EngineState.Ended => run with
            {
                ExitCode = (int)state.ExitCode,
                Detail = Ending(options, state),
            },
            _ => run,
        };
    }

    /// <summary>As Docker shows a container in lists, without exit code; null for those that others made.</summary>
    public static EngineRun? Read(DockerOptions options, ContainerListResponse container) =>
        Own(options, container.Labels) is var (job, attempt)
            ? new(container.Names[0].TrimStart('/'), job, attempt, State(container.State))
            : null;

    /// <summary>States of the Engine API: created, running, paused, restarting, removing, exited, dead.</summary>
    private static EngineState State(string state) =>
        state switch
        {
            "created" => EngineState.Starting,
            "running" or "paused" or "restarting" => EngineState.Running,
            _ => EngineState.Ended,
        };

    private static string? Ending(DockerOptions options, State state) =>
        state.OOMKilled ? EndingWords.OutOfMemory(options.MemoryBytes)
        : state.Error is { Length: > 0 } error ? error
        : null;

    private static Mount Mount(DockerMount mount) =>
        new()
        {
            Type = "bind",
            Source = mount.Source,
            Target = mount.Target,
            ReadOnly = !mount.IsWritable,
        };
}
