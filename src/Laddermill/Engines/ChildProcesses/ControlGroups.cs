using System.Globalization;
using Laddermill.Processes;

namespace Laddermill.Engines.ChildProcesses;

/// <summary>
/// Makes control groups for workers beneath our own, where the system lets us. Their names hold who made them, so that whoever comes after a server which was killed
/// ends what is left.
/// </summary>
internal sealed class ControlGroups
{
    private const string Prefix = "laddermill.";

    /// <summary>The 22nd of all, from the state on.</summary>
    private const int StartField = 19;

    private static readonly string Name = string.Create(
        CultureInfo.InvariantCulture,
        $"{Prefix}{Environment.ProcessId}.{StartOf(Environment.ProcessId)}"
    );

    private static int made;

    private readonly WorkerLimits limits;
    private readonly IReadOnlyList<(string Folder, int Version, string[] Controllers)> parents;

    private ControlGroups(
        WorkerLimits limits,
        IReadOnlyList<(string Folder, int Version, string[] Controllers)> parents
    ) => (this.limits, this.parents) = (limits, parents);

    /// <param name="obstacle">Why there are none; null when there are.</param>
    /// <returns>Null where groups cannot be made.</returns>
    public static ControlGroups? Find(WorkerLimits limits, out string? obstacle)
    {
        try
        {
            var groups = new ControlGroups(limits, Parents(GroupLimits.Controllers(limits)));
            foreach (var (folder, _, _) in groups.parents)
            {
                EndOrphans(folder);
            }
            // Tried once: the first worker should not be the one who finds out.
            groups.Make().TryEnd();
            obstacle = null;
            return groups;
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            obstacle = e.Message.TrimEnd('.');
            return null;
        }
    }

    /// <summary>A group with the limits, and nothing in it yet.</summary>
    /// <exception cref="IOException">The kernel refuses.</exception>
    public ControlGroup Make()
    {
        var name = string.Create(
            CultureInfo.InvariantCulture,
            $"{Name}.{Interlocked.Increment(ref made)}"
        );
        var folders = parents.Select(parent => Path.Join(parent.Folder, name)).ToList();
        foreach (var (parent, folder) in parents.Zip(folders))
        {
            Directory.CreateDirectory(folder);
            foreach (
                var (file, text, mayBeMissing) in parent.Controllers.SelectMany(controller =>
                    GroupLimits.Files(parent.Version, controller, limits)
                )
            )
            {
                var path = Path.Join(folder, file);
                if (!mayBeMissing || File.Exists(path))
                {
                    ControlGroup.Write(path, text);
                }
            }
        }
        return new ControlGroup(folders);
    }

    /// <exception cref="NotSupportedException">The system has none of the kind.</exception>
    private static IReadOnlyList<(string Folder, int Version, string[] Controllers)> Parents(
        IEnumerable<string> controllers
    )
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new NotSupportedException("control groups are Linux's");
        }
        string[] wanted = [.. controllers];
        var own = OwnGroups.Read(
            File.ReadAllText("/proc/self/cgroup"),
            File.ReadAllText("/proc/self/mountinfo")
        );
        if (own.Unified is { } unified && Words(unified, "cgroup.controllers").IsSupersetOf(wanted))
        {
            return [(Delegated(unified, wanted), 2, wanted)];
        }
        return
        [
            .. wanted.Select(controller =>
                own.ByController.TryGetValue(controller, out var folder)
                    ? (folder, 1, (string[])[controller])
                    : throw new NotSupportedException(
                        $"this process has no control group of the controller \"{controller}\""
                    )
            ),
        ];
    }

    /// <summary>
    /// A group of version 2 has either processes or groups with limits in it. So we move out of our own into one beneath it, which works when nobody else is there, and when it
    /// was given to us (systemd: Delegate=yes).
    /// </summary>
    private static string Delegated(string own, string[] wanted)
    {
        // We have moved already.
        var parent = Path.GetFileName(own).StartsWith(Prefix, StringComparison.Ordinal)
            ? Path.GetDirectoryName(own)!
            : own;
        if (Words(parent, "cgroup.subtree_control").IsSupersetOf(wanted))
        {
            return parent;
        }
        var place = new ControlGroup([Path.Join(parent, $"{Name}.server")]);
        Directory.CreateDirectory(Path.Join(parent, $"{Name}.server"));
        place.Enter();
        try
        {
            ControlGroup.Write(
                Path.Join(parent, "cgroup.subtree_control"),
                string.Join(' ', wanted.Select(controller => $"+{controller}"))
            );
        }
        catch (IOException)
        {
            new ControlGroup([parent]).Enter();
            place.TryEnd();
            throw;
        }
        return parent;
    }

    private static HashSet<string> Words(string folder, string file) =>
        [.. File.ReadAllText(Path.Join(folder, file)).Split([' ', '\n'])];

    /// <summary>Ends what servers have left that are no more.</summary>
    private static void EndOrphans(string parent)
    {
        foreach (var folder in Directory.EnumerateDirectories(parent, $"{Prefix}*"))
        {
            if (
                Path.GetFileName(folder).Split('.') is [_, var id, var start, _]
                && int.TryParse(id, CultureInfo.InvariantCulture, out var processId)
                && StartOf(processId) != start
            )
            {
                new ControlGroup([folder]).TryEnd();
            }
        }
    }

    /// <summary>When a process began, in ticks since the machine did: with it, a process id is nobody else's. Null when there is no such process, or it only waits for its parent.</summary>
    private static string? StartOf(int processId)
    {
        try
        {
            var fields = ProcessStat.FieldsFromState(File.ReadAllText($"/proc/{processId}/stat"));
            return fields[0] is "Z" or "X" ? null : fields[StartField];
        }
        catch (IOException)
        {
            return null;
        }
    }
}
