using Laddermill.Processes;
using Laddermill.Tests;

namespace Laddermill.Server.Tests.Deployment;

/// <summary>deploy/systemd/laddermill.service, as systemd itself reads it.</summary>
public sealed class ServiceUnitTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("laddermill-unit-");

    private static string Unit =>
        File.ReadAllText(Repository.PathTo("deploy", "systemd", "laddermill.service"));

    public void Dispose() => folder.Delete(recursive: true);

    [Fact(Timeout = 60_000)]
    public async Task Systemd_finds_nothing_wrong_with_the_unit()
    {
        Assert.SkipWhen(
            ToolPath.Find("systemd-analyze") is null,
            "There is no systemd-analyze (Debian: apt-get install systemd)."
        );
        // It looks whether the program is there.
        var file = Path.Combine(folder.FullName, "laddermill.service");
        await File.WriteAllTextAsync(
            file,
            Unit.Replace(
                "/opt/laddermill/Laddermill.Cli",
                Path.Combine(AppContext.BaseDirectory, "Laddermill.Cli"),
                StringComparison.Ordinal
            ),
            TestContext.Current.CancellationToken
        );
        await using var tool = ToolProcess.Start(
            new ToolCommand("systemd-analyze", ["verify", "--man=no", file]),
            cancellationToken: TestContext.Current.CancellationToken
        );

        await tool.EnsureSuccessAsync("The unit is wrong.");
        Assert.Empty(tool.ErrorTail);
    }

    [Theory]
    [InlineData("RestrictNamespaces")]
    [InlineData("PrivateUsers")]
    [InlineData("ProtectKernelTunables")]
    [InlineData("ProtectKernelLogs")]
    [InlineData("ProcSubset")]
    [InlineData("MemoryDenyWriteExecute")]
    public void What_would_keep_the_sandbox_or_the_runtime_from_working_is_left_out_and_named(
        string directive
    )
    {
        var lines = Unit.Split('\n');

        Assert.DoesNotContain(
            lines,
            line => line.StartsWith(directive + "=", StringComparison.Ordinal)
        );
        Assert.Contains(
            lines,
            line => line.StartsWith('#') && line.Contains(directive + "=", StringComparison.Ordinal)
        );
    }
}
