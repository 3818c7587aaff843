using System.Collections.Immutable;

namespace Laddermill.Engines.ChildProcesses;

/// <summary>
/// The folders of the control groups that this process is in (cgroups(7)). Of version 2 there is one for all controllers; of version 1 one for each.
/// </summary>
/// <param name="Unified">That of version 2; null where the system has none that we can see.</param>
/// <param name="ByController">Those of version 1.</param>
internal sealed record OwnGroups(
    string? Unified,
    ImmutableSortedDictionary<string, string> ByController
)
{
    private const int RootField = 3;
    private const int PointField = 4;

    /// <param name="groups">The text of <c>/proc/self/cgroup</c>.</param>
    /// <param name="mounts">The text of <c>/proc/self/mountinfo</c>.</param>
    public static OwnGroups Read(string groups, string mounts)
    {
        var paths = groups
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(':', 3))
            .SelectMany(line => line[1].Split(',').Select(controller => (controller, line[2])))
            .ToLookup(pair => pair.controller, pair => pair.Item2);
        string? unified = null;
        var byController = ImmutableSortedDictionary.CreateBuilder<string, string>();
        foreach (var line in mounts.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var end = line.IndexOf(" - ", StringComparison.Ordinal);
            var (place, kind) = (line[..end].Split(' '), line[(end + 3)..].Split(' '));
            if (kind[0] == "cgroup2")
            {
                unified = paths[""].Select(path => Folder(place, path)).FirstOrDefault();
            }
            else if (kind[0] == "cgroup")
            {
                // The last word are the options of the file system, controllers among them.
                foreach (var controller in kind[^1].Split(',').Where(paths.Contains))
                {
                    byController[controller] = Folder(place, paths[controller].First());
                }
            }
        }
        return new OwnGroups(unified, byController.ToImmutable());
    }

    /// <summary>A container often sees only its own part of a hierarchy, which is then the root of what is mounted.</summary>
    private static string Folder(string[] mount, string path)
    {
        var root = mount[RootField].TrimEnd('/');
        var below = path.StartsWith(root, StringComparison.Ordinal) ? path[root.Length..] : path;
        return mount[PointField] + below.TrimEnd('/');
    }
}
