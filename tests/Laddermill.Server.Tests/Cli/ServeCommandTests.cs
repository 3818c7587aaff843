using Laddermill.Cli;
using Laddermill.Cli.Serving;
using Laddermill.Server.Tests.TestServers;

namespace Laddermill.Server.Tests.Cli;

public sealed class ServeCommandTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("laddermill-serve-");

    private string Configuration => Path.Combine(folder.FullName, "laddermill.json");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact(Timeout = 180_000)]
    public async Task The_server_takes_the_place_of_the_command_and_ends_in_order_when_asked()
    {
        await WriteAsync("""{ "listen": "http://127.0.0.1:0" }""");
        await using var run = ProgramRun.Start("serve", "--config", Configuration);

        await run.SaysAsync("listening on http://127.0.0.1:");
        var program = new FileInfo($"/proc/{run.ProcessId}/exe").LinkTarget;
        Assert.Equal("Laddermill.Server", Path.GetFileName(program));
        // What workers are started as.
        Assert.Contains(
            $"LADDERMILL_PROGRAM={Path.Combine(AppContext.BaseDirectory, "Laddermill.Cli")}",
            (
                await File.ReadAllTextAsync(
                    $"/proc/{run.ProcessId}/environ",
                    TestContext.Current.CancellationToken
                )
            ).Split('\0')
        );
        await run.SignalAsync("TERM");

        Assert.Equal(0, await run.EndAsync());
    }

    [Theory(Timeout = 180_000)]
    [InlineData("""{ "engine": { "slots": 2 } }""", 0, "fine")]
    [InlineData("""{ "engine": { "slots": -2 } }""", 2, "engine.slots")]
    [InlineData("""{ "slots": 2 }""", 2, "slots is no option")]
    public async Task A_configuration_is_checked_and_the_exit_code_is_the_servers(
        string text,
        int code,
        string words
    )
    {
        await WriteAsync(text);
        await using var run = ProgramRun.Start("serve", "--config", Configuration, "--check");

        Assert.Equal(code, await run.EndAsync());
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public void Where_the_server_is_not_installed_one_is_told_so()
    {
        var missing = Assert.Throws<UsageException>(() => ServerInstallation.Find(folder.FullName));

        Assert.Contains("not installed", missing.Message, StringComparison.Ordinal);
        Assert.Equal(2, ExitCode.For(missing, cancelled: false));
    }

    [Theory]
    [InlineData("Laddermill.Server")]
    [InlineData("server/Laddermill.Server")]
    public void The_server_is_found_beside_the_command_and_in_a_folder_beside_it(string place)
    {
        var program = Path.Combine(folder.FullName, place);
        Directory.CreateDirectory(Path.GetDirectoryName(program)!);
        File.WriteAllText(program, "");

        Assert.Equal(program, ServerInstallation.Find(folder.FullName).Program);
    }

    private Task WriteAsync(string text) =>
        File.WriteAllTextAsync(Configuration, text, TestContext.Current.CancellationToken);
}
