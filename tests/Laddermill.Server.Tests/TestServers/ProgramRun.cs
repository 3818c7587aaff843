using System.Diagnostics;
using System.Text;

namespace Laddermill.Server.Tests.TestServers;

/// <summary>The command line as a process of its own, which can be sent signals, and what it has said so far.</summary>
internal sealed class ProgramRun : IAsyncDisposable
{
    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly StringBuilder error = new();
    private readonly Task reading;

    private ProgramRun(Process process)
    {
        this.process = process;
        reading = Task.WhenAll(
            ReadAsync(process.StandardOutput, output),
            ReadAsync(process.StandardError, error)
        );
    }

    public int ProcessId => process.Id;

    public string Output => Text(output);

    public string Error => Text(error);

    public static ProgramRun Start(params string[] arguments) =>
        new(
            Process.Start(
                new ProcessStartInfo(
                    Path.Combine(AppContext.BaseDirectory, "Laddermill.Cli"),
                    arguments
                )
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                }
            )!
        );

    /// <summary>Waits until it has said something to people.</summary>
    public async Task SaysAsync(string words)
    {
        while (!Error.Contains(words, StringComparison.Ordinal))
        {
            Assert.False(reading.IsCompleted, $"It ended without saying \"{words}\":\n{Error}");
            await Task.Delay(
                TimeSpan.FromMilliseconds(50),
                TimeProvider.System,
                TestContext.Current.CancellationToken
            );
        }
    }

    /// <param name="name">As kill(1) knows it.</param>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", ["-s", name, $"{process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, kill.ExitCode);
    }

    /// <returns>The exit code.</returns>
    public async Task<int> EndAsync()
    {
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await reading;
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }
        await reading;
        process.Dispose();
    }

    private static async Task ReadAsync(StreamReader reader, StringBuilder into)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (into)
            {
                into.Append(line).Append('\n');
            }
        }
    }

    private static string Text(StringBuilder from)
    {
        lock (from)
        {
            return from.ToString();
        }
    }
}
