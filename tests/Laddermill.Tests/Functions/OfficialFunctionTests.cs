using System.Text.Json.Nodes;
using Laddermill.OciStandIn.ContainerInstances;
using Laddermill.OciStandIn.Containers;
using Laddermill.OciStandIn.Functions;
using Laddermill.Processes;
using Laddermill.Tests.TestServers;

namespace Laddermill.Tests.Functions;

/// <summary>The stand-in for Functions and Container Instances, proven by the official FDK and SDK: programs that we did not write.</summary>
public sealed class OfficialFunctionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task A_function_on_the_official_FDK_is_called_as_the_platform_calls_it()
    {
        var project = await NpmProject.InstallAsync("fdk");
        await using var cloud = await OciCloud.StartAsync();
        await cloud.UploadAsync("films/a b.mp4");
        await using var function = await FunctionContainer.StartAsync(
            new CommandImage("node", Path.Join(project, "func.js")),
            [.. cloud.FunctionConfiguration, .. cloud.Principal("fnfunc")],
            TimeProvider.System,
            Cancellation
        );
        var patience = TimeSpan.FromSeconds(60);

        var answer = await function.CallAsync(
            OciCloud.Event("films/a b.mp4"),
            patience,
            Cancellation
        );
        var missing = await function.CallAsync(OciCloud.Event("none.mp4"), patience, Cancellation);

        Assert.True(answer.Status == 200, function.Log);
        var instance = Assert.Single(cloud.Instances);
        Assert.Equal(instance.Id, (string?)JsonNode.Parse(answer.Body)!["instance"]);
        Assert.Equal(["uploads", "films/a b.mp4"], instance.Arguments);
        // A handler that throws is a 502 of the FDK's, and its container is kept.
        Assert.Equal((502, true), (missing.Status, missing.KeepsContainer));
        Assert.Contains("\nFn-Call=", function.Log, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task The_official_SDK_makes_looks_at_and_deletes_container_instances()
    {
        const string image = "iad.ocir.io/standin/short:1";
        var project = await NpmProject.InstallAsync("fdk");
        await using var cloud = await OciCloud.StartAsync();
        cloud.StandIn.SetImage(image, new CommandImage("/bin/sh", "-c", "echo last words; exit 3"));
        cloud.StandIn.Capacity["Uocm:IAD-AD-2"] = Shortage.Limit;

        await RunAsync(cloud, project, "instances.js", image);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_rule_that_the_official_SDK_makes_calls_the_function_until_it_is_deleted()
    {
        var project = await NpmProject.InstallAsync("fdk");
        await using var cloud = await OciCloud.StartAsync();
        var function = cloud.StandIn.CreateFunction(
            OciCloud.FunctionProgram,
            cloud.FunctionConfiguration
        );
        const string condition =
            """{"eventType":["com.oraclecloud.objectstorage.createobject"],"data":{"resourceName":"films/*"}}""";
        var rule = await RunAsync(cloud, project, "rule.js", function.Id, condition);

        await cloud.UploadAsync("notes/a.mp4");
        await cloud.UploadAsync("films/a.mp4");
        await cloud.StandIn.Events.SettleAsync();
        Assert.Equal(["uploads", "films/a.mp4"], Assert.Single(cloud.Instances).Arguments);

        await RunAsync(cloud, project, "rule.js", rule.Trim());
        await cloud.UploadAsync("films/b.mp4");
        await cloud.StandIn.Events.SettleAsync();
        Assert.Single(cloud.Instances);
    }

    /// <returns>What the script wrote.</returns>
    private static async Task<string> RunAsync(
        OciCloud cloud,
        string project,
        params string[] words
    )
    {
        await using var sdk = ToolProcess.Start(
            new ToolCommand("node", [.. words])
            {
                WorkingDirectory = project,
                Environment = ToolEnvironment
                    .Clean.With("LADDERMILL_OCI_ENDPOINT", cloud.StandIn.Address.ToString())
                    .With("OCI_CONFIG_FILE", cloud.ConfigFile),
            },
            ToolOutput.Captured,
            cancellationToken: Cancellation
        );
        using var lines = new StreamReader(sdk.StandardOutput);
        var wrote = await lines.ReadToEndAsync(Cancellation);
        await sdk.EnsureSuccessAsync("The official SDK found something wrong.");
        return wrote;
    }
}
