namespace Laddermill.Tests.Processes;

/// <summary>Processes that should not be there any more.</summary>
internal static class RunningTools
{
    /// <summary>Command lines of the machine's processes that contain this text.</summary>
    public static List<string> ThatMention(string text) =>
        [
            .. Directory
                .EnumerateDirectories("/proc")
                .Select(CommandLineOf)
                .Where(command => command.Contains(text, StringComparison.Ordinal)),
        ];

    private static string CommandLineOf(string folder)
    {
        try
        {
            var file = Path.Combine(folder, "cmdline");
            return File.Exists(file) ? File.ReadAllText(file) : "";
        }
        // It ended while we looked.
        catch (IOException)
        {
            return "";
        }
    }
}
