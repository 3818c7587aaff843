using System.Globalization;

namespace Laddermill.Bench;

/// <summary>A process and all its descendants, as Linux tells of them.</summary>
internal static class ProcessTree
{
    /// <returns>The sum of their resident sets, bytes.</returns>
    public static long ResidentBytes(int root)
    {
        var all = new Dictionary<int, (int Parent, long Bytes)>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (
                int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id)
                && Read(folder) is { } process
            )
            {
                all[id] = process;
            }
        }
        return all.Keys.Where(IsBelow).Sum(id => all[id].Bytes);

        bool IsBelow(int id) =>
            id == root || (all.TryGetValue(id, out var process) && IsBelow(process.Parent));
    }

    private static (int Parent, long Bytes)? Read(string folder)
    {
        try
        {
            // The name of a process may hold anything; what follows its last bracket does not.
            var stat = File.ReadAllText(Path.Combine(folder, "stat"));
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (
                int.Parse(fields[1], CultureInfo.InvariantCulture),
                long.Parse(fields[21], CultureInfo.InvariantCulture) * Environment.SystemPageSize
            );
        }
        catch (IOException)
        {
            return null;
        }
    }
}
