using System.Text.Json;
using Laddermill.Processes;

namespace Laddermill.Tests.Verification;

/// <summary>Readers that we did not write (m3u8-parser, mpd-parser, mp4box) give the values that ours gives.</summary>
public sealed class CrossCheckTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("laddermill-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact(Timeout = 300_000)]
    public async Task Other_readers_find_the_same_values()
    {
        await InstallAsync();
        var output = await Outputs.Good;
        foreach (var (path, bytes) in output)
        {
            var file = Path.Combine(folder.FullName, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
        }

        var theirs = await ReadAsync();
        var ours = await OurReading.OfAsync(new MemoryOutput(output));

        Assert.True(theirs.Count > 300, $"only {theirs.Count} values");
        Assert.Equal(theirs, ours);
    }

    /// <summary>Installs what the lock file names, once.</summary>
    private static async Task InstallAsync()
    {
        if (ToolPath.Find("node") is null || ToolPath.Find("npm") is null)
        {
            Assert.Skip("node and npm are not installed (Debian: apt-get install nodejs npm).");
        }
        var project = Repository.PathTo("tests", "crosscheck");
        var installed = Path.Combine(project, "node_modules", ".package-lock.json");
        var locked = Path.Combine(project, "package-lock.json");
        if (File.GetLastWriteTimeUtc(installed) >= File.GetLastWriteTimeUtc(locked))
        {
            return;
        }
        var npm = new ToolCommand("npm", ["ci", "--no-audit", "--no-fund"])
        {
            WorkingDirectory = project,
            // The user's own settings say where packages come from.
            Environment = ToolEnvironment.Inherited,
        };
        await using var process = ToolProcess.Start(
            npm,
            cancellationToken: TestContext.Current.CancellationToken
        );
        await process.EnsureSuccessAsync(
            "The packages of tests/crosscheck could not be installed."
        );
    }

    private async Task<SortedDictionary<string, string>> ReadAsync()
    {
        var script = Repository.PathTo("tests", "crosscheck", "read.mjs");
        await using var process = ToolProcess.Start(
            new ToolCommand("node", [script, folder.FullName]),
            ToolOutput.Captured,
            cancellationToken: TestContext.Current.CancellationToken
        );
        using var document = await JsonDocument.ParseAsync(
            process.StandardOutput,
            cancellationToken: TestContext.Current.CancellationToken
        );
        await process.EnsureSuccessAsync("read.mjs failed.");
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in document.RootElement.EnumerateObject())
        {
            values[property.Name] =
                property.Value.ValueKind == JsonValueKind.Number
                    ? OurReading.Number(property.Value.GetDouble())
                    : property.Value.ToString().Replace("True", "true").Replace("False", "false");
        }
        return values;
    }
}
