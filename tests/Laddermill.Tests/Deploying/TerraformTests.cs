using System.Text.Json;
using Laddermill.Dispatching;
using Laddermill.Processes;

namespace Laddermill.Tests.Deploying;

/// <summary>deploy/oci, as far as it can be checked without the provider and a tenancy.</summary>
public sealed class TerraformTests
{
    [Fact(Timeout = 120_000)]
    public async Task The_installation_is_complete_and_configures_the_function_fully()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var project = await NpmProject.InstallAsync("terraform");
        await using var check = ToolProcess.Start(
            new ToolCommand("node", ["check.mjs", Repository.PathTo("deploy", "oci")])
            {
                WorkingDirectory = project,
            },
            ToolOutput.Captured,
            cancellationToken: cancellation
        );
        using var result = await JsonDocument.ParseAsync(
            check.StandardOutput,
            cancellationToken: cancellation
        );
        await check.EnsureSuccessAsync("deploy/oci cannot be read.");

        Assert.Empty(
            result.RootElement.GetProperty("problems").EnumerateArray().Select(p => p.GetString())
        );
        Assert.InRange(result.RootElement.GetProperty("resources").GetInt32(), 15, 40);
        var keys = result
            .RootElement.GetProperty("configuration")
            .EnumerateObject()
            .Select(entry => entry.Name)
            .ToHashSet();
        // Numbers and protocols come from variables: what matters here is that no key is missing.
        var options = DispatchOptionsReader.Read(key =>
            !keys.Contains(key) ? null
            : key.StartsWith("CONFIG_", StringComparison.Ordinal) ? "4"
            : key == "STREAMING_PROTOCOL" ? "HLS"
            : "x"
        );
        Assert.NotNull(options.InputBucket);
    }
}
