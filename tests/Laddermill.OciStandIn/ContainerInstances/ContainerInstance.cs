using System.Text;
using Laddermill.OciStandIn.Containers;

namespace Laddermill.OciStandIn.ContainerInstances;

/// <summary>A container instance: one container. Its life goes CREATING, ACTIVE, INACTIVE (or FAILED), DELETED.</summary>
internal sealed class ContainerInstance(
    string id,
    string containerId,
    CreateInstanceDetails details,
    DateTimeOffset timeCreated
)
{
    private const int LogLimit = 256 << 10;

    private readonly Lock gate = new();
    private readonly StringBuilder log = new();
    private Container? running;

    public string Id => id;

    public string ContainerId => containerId;

    public CreateInstanceDetails Details => details;

    public DateTimeOffset TimeCreated => timeCreated;

    public string State { get; private set; } = "CREATING";

    public string? StateDetails { get; private set; }

    public int? ExitCode { get; private set; }

    /// <summary>Done when the instance runs no more, in whatever way.</summary>
    public Task Ended => ended.Task;

    private readonly TaskCompletionSource ended = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    public string Log
    {
        get
        {
            lock (gate)
                return log.ToString();
        }
    }

    /// <summary>Starts its container.</summary>
    public void Start(Container container)
    {
        lock (gate)
        {
            if (State != "CREATING")
                return;
            container.Start(Append);
            (State, running) = ("ACTIVE", container);
            _ = WatchAsync(container);
        }
    }

    /// <summary>As an instance that could not be had, or whose image could not be pulled.</summary>
    public void Fail(string why)
    {
        lock (gate)
            (State, StateDetails) = ("FAILED", why);
        ended.TrySetResult();
    }

    /// <summary>Ends the container as if the machine under it were gone.</summary>
    public void Kill()
    {
        lock (gate)
        {
            if (State == "ACTIVE")
                running!.Kill();
        }
    }

    public void Delete()
    {
        Kill();
        lock (gate)
            State = "DELETED";
        ended.TrySetResult();
    }

    private async Task WatchAsync(Container container)
    {
        await container.EndedAsync(CancellationToken.None);
        lock (gate)
        {
            ExitCode = container.ExitCode;
            if (State == "ACTIVE")
                State = "INACTIVE";
        }
        await container.DisposeAsync();
        ended.TrySetResult();
    }

    private void Append(string line)
    {
        lock (gate)
        {
            log.AppendLine(line);
            if (log.Length > LogLimit)
                log.Remove(0, log.Length - LogLimit);
        }
    }
}
