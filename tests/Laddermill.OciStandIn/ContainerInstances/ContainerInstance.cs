using System.Diagnostics;
using System.Text;

namespace Laddermill.OciStandIn.ContainerInstances;

/// <summary>A container instance: one container, run as a process. Its life goes CREATING, ACTIVE, INACTIVE (or FAILED), DELETED.</summary>
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
    private int processId;

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

    /// <summary>Starts the process that stands for the container.</summary>
    public void Start(ProcessStartInfo command)
    {
        lock (gate)
        {
            if (State != "CREATING")
                return;
            var process = new Process { StartInfo = command };
            process.OutputDataReceived += (_, line) => Append(line.Data);
            process.ErrorDataReceived += (_, line) => Append(line.Data);
            process.Start();
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            (State, processId) = ("ACTIVE", process.Id);
            _ = WatchAsync(process);
        }
    }

    /// <summary>As an instance that could not be had, or whose image could not be pulled.</summary>
    public void Fail(string why)
    {
        lock (gate)
            (State, StateDetails) = ("FAILED", why);
        ended.TrySetResult();
    }

    /// <summary>Ends the process as if the machine under it were gone.</summary>
    public void Kill()
    {
        lock (gate)
        {
            if (State == "ACTIVE")
            {
                using var process = Process.GetProcessById(processId);
                process.Kill(entireProcessTree: true);
            }
        }
    }

    public void Delete()
    {
        Kill();
        lock (gate)
            State = "DELETED";
        ended.TrySetResult();
    }

    private async Task WatchAsync(Process running)
    {
        await running.WaitForExitAsync();
        lock (gate)
        {
            ExitCode = running.ExitCode;
            if (State == "ACTIVE")
                State = "INACTIVE";
        }
        running.Dispose();
        ended.TrySetResult();
    }

    private void Append(string? line)
    {
        if (line is null)
            return;
        lock (gate)
        {
            log.AppendLine(line);
            if (log.Length > LogLimit)
                log.Remove(0, log.Length - LogLimit);
        }
    }
}
