namespace Laddermill.Tests;

/// <summary>The working copy that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string PathTo(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Laddermill.slnx")))
        {
            folder =
                folder.Parent
                ?? throw new InvalidOperationException(
                    "These tests read the working copy: run them from inside one."
                );
        }
        return folder.FullName;
    }
}
