using System.Collections.Concurrent;
using System.Diagnostics;

namespace Laddermill.Processes;

/// <summary>
/// Starts programs so that they die with us, however we die. <c>PR_SET_PDEATHSIG</c> fires when the <em>thread</em> that forked ends, and
/// threads of the pool come and go; so one thread, which lives as long as the process, does every start.
/// </summary>
internal static class ToolStarter
{
    private static readonly BlockingCollection<Action> Starts = [];

    // Found once: they are part of the system (util-linux, coreutils), not something installed while we run.
    private static readonly string? Setpriv = OperatingSystem.IsLinux()
        ? ToolPath.Find("setpriv")
        : null;
    private static readonly string? Setsid = ToolPath.Find("setsid");
    private static readonly string? Nice = ToolPath.Find("nice");

    static ToolStarter() =>
        new Thread(() =>
        {
            foreach (var start in Starts.GetConsumingEnumerable())
            {
                start();
            }
        })
        {
            IsBackground = true,
            Name = "tool starter",
        }.Start();

    /// <exception cref="ToolNotFoundException">The tool is not on PATH.</exception>
    /// <exception cref="SandboxException">A sandbox is required and cannot be had.</exception>
    public static Process Start(ToolCommand command)
    {
        var path = ToolPath.Find(command.FileName) ?? throw new ToolNotFoundException(command);
        var info = new ProcessStartInfo
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = command.WorkingDirectory ?? "",
        };
        foreach (var word in Wrap(command, path))
        {
            info.ArgumentList.Add(word);
        }
        info.FileName = info.ArgumentList[0];
        info.ArgumentList.RemoveAt(0);
        command.Environment.CopyTo(info.Environment);
        if (command.Confinement is not null)
        {
            Sandbox.Prepare(info.Environment);
        }

        var started = new TaskCompletionSource<Process>();
        Starts.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(info)!);
            }
            // Nothing is swallowed: the caller, who waits, gets it.
            catch (Exception error)
            {
                started.SetException(error);
            }
        });
        return started.Task.GetAwaiter().GetResult();
    }

    /// <summary>Each wrapper replaces itself by the next (exec), so that the process id stays that of the tool.</summary>
    private static IEnumerable<string> Wrap(ToolCommand command, string path) =>
        [
            .. Setpriv is null
                ? []
                : (string[])
                    [
                        Setpriv,
                        "--pdeathsig",
                        "KILL",
                        .. command.Confinement is null ? [] : Sandbox.Privileges(),
                        "--",
                    ],
            // A session of its own: Ctrl-C in a terminal reaches us alone, and we can signal all of the tool's processes as one group.
            .. Setsid is null ? [] : (string[])[Setsid, "--"],
            .. Nice is null || command.Niceness is null or 0
                ? []
                : (string[])[Nice, "-n", $"{command.Niceness}", "--"],
            .. command.Confinement is { } confinement ? Sandbox.Wrap(confinement, path) : [],
            path,
            .. command.Arguments,
        ];
}
