using System.Text.Json;
using Laddermill.Processes;
using Laddermill.Tests.TestServers;

namespace Laddermill.Tests.Storage.Oci;

/// <summary>
/// The stand-in, proven by the official OCI SDK, a client that we did not write: what it puts, reads, joins of parts, lists and deletes is as it should be,
/// with either kind of credentials.
/// </summary>
public sealed class OciSdkTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public Task The_official_SDK_works_against_the_stand_in_with_an_API_key() =>
        RunSdkAsync(_ => []);

    [Fact(Timeout = 300_000)]
    [Trait("Level", "Long")]
    public Task The_official_SDK_works_against_the_stand_in_as_a_resource_principal() =>
        RunSdkAsync(folder =>
            [
                ("OCI_RESOURCE_PRINCIPAL_VERSION", "2.2"),
                ("OCI_RESOURCE_PRINCIPAL_RPST", Path.Combine(folder, "rpst")),
                ("OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM", Path.Combine(folder, "private.pem")),
                ("OCI_RESOURCE_PRINCIPAL_REGION", "us-ashburn-1"),
            ]
        );

    private static async Task RunSdkAsync(Func<string, (string, string)[]> principal)
    {
        var project = await NpmProject.InstallAsync("oci-sdk");
        await using var standIn = await OciProgram.StartAsync([], Cancellation);
        var environment = ToolEnvironment.Clean;
        foreach (var (name, value) in standIn.Variables)
            environment = environment.With(name, value);
        foreach (var (name, value) in principal(standIn.Folder))
            environment = environment.With(name, value);
        var sdk = new ToolCommand("node", ["run.mjs"])
        {
            WorkingDirectory = project,
            Environment = environment,
        };
        await using var process = ToolProcess.Start(
            sdk,
            ToolOutput.Captured,
            cancellationToken: Cancellation
        );
        using var output = new MemoryStream();
        await process.StandardOutput.CopyToAsync(output, Cancellation);
        await process.EnsureSuccessAsync("The official SDK found something wrong.");
        using var result = JsonDocument.Parse(output.ToArray());
        Assert.InRange(result.RootElement.GetProperty("checks").GetInt32(), 30, 100);
    }
}
