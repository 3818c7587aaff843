using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

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
    internal static readonly string? Setsid = ToolPath.Find("setsid");

    static ToolStarter() =>
        new Thread(() =>
        {
            SandboxOrphans.End();
            foreach (var start in Starts.GetConsumingEnumerable())
            {
                start();
            }
        })
        {
            IsBackground = true,
            Name = "tool starter",
        }.Start();

    /// <returns>With it, where the tool has a network of its own and reads from our gateway, the gateway's door, which is open until it is disposed.</returns>
    /// <exception cref="ToolNotFoundException">The tool is not on PATH.</exception>
    /// <exception cref="SandboxException">A sandbox is required and cannot be had.</exception>
    public static (Process Process, IDisposable? Entrance) Start(ToolCommand command)
    {
        var path = ToolPath.Find(command.FileName) ?? throw new ToolNotFoundException(command);
        var info = new ProcessStartInfo
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = command.WorkingDirectory ?? "",
        };
        var entrance = command.Confinement is null
            ? null
            : Sandbox.MakeEntrance(command.Confinement);
        foreach (var word in Wrap(command, path, entrance))
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

        IReadOnlyCollection<SafeHandle> lent =
        [
            .. command.Confinement?.Inputs?.Lent ?? [],
            .. entrance is null ? [] : (SafeHandle[])[entrance.Lent],
        ];
        var started = new TaskCompletionSource<Process>();
        Starts.Add(() =>
        {
            try
            {
                started.SetResult(FileHandover.Lend(lent, () => Process.Start(info)!));
            }
            // Nothing is swallowed: the caller, who waits, gets it.
            catch (Exception error)
            {
                started.SetException(error);
            }
        });
        // Serving begins in any case: where nothing was started, it ends at once.
        _ = entrance?.ServeAsync(command.Confinement!.Gateway!);
        return (started.Task.GetAwaiter().GetResult(), entrance);
    }

    /// <summary>Each wrapper replaces itself by the next (exec), so that the process id stays that of the tool.</summary>
    private static IEnumerable<string> Wrap(
        ToolCommand command,
        string path,
        GatewayEntrance? entrance
    ) =>
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
            .. command.Confinement is { } confinement
                ? Sandbox.Wrap(confinement, path, entrance)
                : [],
            path,
            .. command.Arguments,
        ];
}
