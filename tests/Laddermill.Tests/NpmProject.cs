using Laddermill.Processes;

namespace Laddermill.Tests;

/// <summary>A folder of <c>tests</c> with a <c>package.json</c> and its lock file.</summary>
internal static class NpmProject
{
    private static readonly SemaphoreSlim OneAtATime = new(1, 1);

    /// <summary>Installs what the lock file names, when it changed since; the test is skipped where there is no npm.</summary>
    /// <returns>The folder's full path.</returns>
    public static async Task<string> InstallAsync(string name)
    {
        Assert.SkipUnless(
            ToolPath.Find("node") is not null && ToolPath.Find("npm") is not null,
            "node and npm are not installed (Debian: apt-get install nodejs npm)."
        );
        var cancellation = TestContext.Current.CancellationToken;
        var project = Repository.PathTo("tests", name);
        await OneAtATime.WaitAsync(cancellation);
        try
        {
            if (!IsInstalled(project))
            {
                await InstallIntoAsync(project, cancellation);
            }
        }
        finally
        {
            OneAtATime.Release();
        }
        return project;
    }

    private static bool IsInstalled(string project) =>
        File.GetLastWriteTimeUtc(Path.Combine(project, "node_modules", ".package-lock.json"))
        >= File.GetLastWriteTimeUtc(Path.Combine(project, "package-lock.json"));

    private static async Task InstallIntoAsync(string project, CancellationToken cancellation)
    {
        var npm = new ToolCommand("npm", ["ci", "--no-audit", "--no-fund"])
        {
            WorkingDirectory = project,
            // The user's own settings say where packages come from.
            Environment = ToolEnvironment.Inherited,
        };
        await using var process = ToolProcess.Start(npm, cancellationToken: cancellation);
        await process.EnsureSuccessAsync($"The npm packages of {project} could not be installed.");
    }
}
