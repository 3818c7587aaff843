using Laddermill.Processes;

namespace Laddermill.Tests.Cli;

public sealed class BootstrapTests
{
    // Builds the program when it is not there yet, so it may take its time.
    [Fact(Timeout = 300_000)]
    public async Task The_bootstrap_runs_through_a_link_from_another_folder()
    {
        var folder = Directory.CreateTempSubdirectory("laddermill bootstrap ");
        try
        {
            var link = Path.Combine(folder.FullName, "a link");
            File.CreateSymbolicLink(link, Repository.PathTo("laddermill"));
            await using var tool = ToolProcess.Start(
                new ToolCommand(link, ["--version"])
                {
                    Environment = ToolEnvironment.Inherited,
                    WorkingDirectory = folder.FullName,
                },
                ToolOutput.Captured,
                cancellationToken: TestContext.Current.CancellationToken
            );
            using var reader = new StreamReader(tool.StandardOutput);
            var output = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);

            await tool.EnsureSuccessAsync("The bootstrap failed.");
            Assert.Matches(@"^\d+\.\d+\.\d+\S*\n$", output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
