using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Laddermill.OciStandIn.Containers;

/// <summary>A container, or the process that stands for one: started, paused, ended.</summary>
internal partial class Container(ProcessStartInfo start) : IAsyncDisposable
{
    private const int TerminateSignal = 15;
    private const int ContinueSignal = 18;
    private const int StopSignal = 19;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly Process process = new() { StartInfo = start };

    public int ProcessId => process.Id;

    public bool HasEnded => process.HasExited;

    /// <summary>When it has ended.</summary>
    public int ExitCode => process.ExitCode;

    /// <param name="wrote">Gets each line that it writes.</param>
    public void Start(Action<string> wrote)
    {
        void Append(object _, DataReceivedEventArgs line)
        {
            if (line.Data is { } text)
                wrote(text);
        }
        process.OutputDataReceived += Append;
        process.ErrorDataReceived += Append;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Task EndedAsync(CancellationToken cancellation) =>
        process.WaitForExitAsync(cancellation);

    /// <summary>As between two calls of a function: nothing of it runs.</summary>
    public virtual void Pause() => _ = Send(process.Id, StopSignal);

    public virtual void Resume() => _ = Send(process.Id, ContinueSignal);

    /// <summary>As if the machine under it were gone.</summary>
    public virtual void Kill() => process.Kill(entireProcessTree: true);

    /// <summary>Asks it to end, and kills it when it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            Resume();
            _ = Send(process.Id, TerminateSignal);
            using var patience = new CancellationTokenSource(Grace);
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                Kill();
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }
        process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Send(int process, int signal);
}

/// <summary>A real one; the process is Docker's client, which passes on what the container writes, signals, and its exit code.</summary>
internal sealed class DockerContainer(ProcessStartInfo start, string name, string engine)
    : Container(start)
{
    public override void Pause() => Docker.Run(engine, "pause", name);

    public override void Resume() => Docker.Run(engine, "unpause", name);

    public override void Kill()
    {
        Docker.Run(engine, "rm", "--force", name);
        base.Kill();
    }
}

/// <summary>Docker's client.</summary>
internal static class Docker
{
    /// <returns>The exit code.</returns>
    public static int Run(string engine, params IEnumerable<string> arguments)
    {
        using var client = Process.Start(
            new ProcessStartInfo("docker", ["--host", engine, .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        client.OutputDataReceived += (_, _) => { };
        client.ErrorDataReceived += (_, _) => { };
        client.BeginOutputReadLine();
        client.BeginErrorReadLine();
        client.WaitForExit();
        return client.ExitCode;
    }
}
