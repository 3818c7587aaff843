namespace Laddermill.Processes;

/// <summary>Finds programs as a shell would: the first executable file of that name in the folders of PATH.</summary>
public static class ToolPath
{
    private const UnixFileMode AnyExecute =
        UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <returns>The full path, or null when there is no such program.</returns>
    public static string? Find(string fileName)
    {
        if (fileName.Contains('/'))
        {
            return IsExecutable(fileName) ? Path.GetFullPath(fileName) : null;
        }
        var folders = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin";
        return folders
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, fileName))
            .FirstOrDefault(IsExecutable);
    }

    private static bool IsExecutable(string path) =>
        File.Exists(path)
        && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & AnyExecute) != 0);
}
