using System.Text.Json.Nodes;
using Laddermill.OciStandIn.Functions;
using Laddermill.OciStandIn.Identity;
using Laddermill.Processes;
using Laddermill.Tests.Processes;
using Laddermill.Tests.TestServers;

namespace Laddermill.Tests.Functions;

/// <summary>What function and worker say when their resource principal is not as it should be; nothing that they say holds a secret.</summary>
public sealed class PrincipalTroubleTests(TestMedia media)
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(15);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>What is wrong, and words of the sentence that must be said.</summary>
    public static TheoryData<string, string> Troubles =>
        new()
        {
            { "expired", "401 NotAuthenticated" },
            { "wrong key", "401 NotAuthenticated" },
            { "clock", "this machine's clock" },
            { "no files", "Cannot read the token of the resource principal" },
            { "no token", "OCI_RESOURCE_PRINCIPAL_RPST cannot be read" },
        };

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Troubles))]
    public async Task The_function_says_what_is_wrong(string trouble, string words)
    {
        await using var cloud = await OciCloud.StartAsync(ClockFor(trouble));
        var folder = Prepare(cloud, trouble);
        await using var function = await StartAsync(cloud, folder);

        var answer = await CallAsync(function);

        Assert.StartsWith("FAILED: ", answer, StringComparison.Ordinal);
        Assert.Contains(words, answer, StringComparison.Ordinal);
        AssertNoSecret(answer + function.Log);
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Troubles))]
    public async Task The_worker_says_what_is_wrong(string trouble, string words)
    {
        await using var cloud = await OciCloud.StartAsync(ClockFor(trouble));
        var environment = ToolEnvironment
            .Clean.With("TC_DST_BUCKET", OciCloud.Streams)
            .With("LADDERMILL_OCI_ENDPOINT", cloud.StandIn.Address.ToString());
        foreach (var (name, value) in Session.Variables(Prepare(cloud, trouble)))
        {
            environment = environment.With(name, value);
        }
        await using var worker = ToolProcess.Start(
            OurProgram.Command([OciCloud.Uploads, "a.mp4"], environment),
            ToolOutput.Captured,
            cancellationToken: Cancellation
        );
        using var lines = new StreamReader(worker.StandardOutput);
        var said = await lines.ReadToEndAsync(Cancellation);
        var end = await worker.Completion;

        Assert.InRange(end.ExitCode, 1, 2);
        said += string.Join('\n', end.ErrorTail);
        Assert.Contains(words, said, StringComparison.Ordinal);
        AssertNoSecret(said);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_function_whose_files_were_replaced_works_on()
    {
        await using var cloud = await OciCloud.StartAsync();
        await cloud.UploadAsync("a.mp4");
        var folder = Prepare(cloud, "expired");
        await using var function = await StartAsync(cloud, folder);
        Assert.StartsWith("FAILED: ", await CallAsync(function), StringComparison.Ordinal);

        cloud.StandIn.Principals.Tokens.Issue(Life, "fnfunc").WriteTo(folder);

        Assert.Equal("SUCCESS", await CallAsync(function));
        Assert.Single(cloud.Instances);
    }

    private string Prepare(OciCloud cloud, string trouble)
    {
        var folder = media.NewFolder();
        var tokens = cloud.StandIn.Principals.Tokens;
        var good = tokens.Issue(Life);
        var session = trouble switch
        {
            "expired" => tokens.Issue(TimeSpan.FromMinutes(-1)),
            "wrong key" => good with { PrivatePem = tokens.Issue(Life).PrivatePem },
            "no token" => good with { Token = "eyJ-not-a-token" },
            _ => good,
        };
        if (trouble != "no files")
        {
            session.WriteTo(folder);
        }
        return folder;
    }

    /// <summary>The services' clock; null: ours.</summary>
    private static LaterTime? ClockFor(string trouble) =>
        trouble == "clock" ? new LaterTime(TimeSpan.FromMinutes(-10)) : null;

    private static Task<FunctionContainer> StartAsync(OciCloud cloud, string folder) =>
        FunctionContainer.StartAsync(
            OciCloud.FunctionProgram,
            [.. cloud.FunctionConfiguration, .. Session.Variables(folder)],
            TimeProvider.System,
            Cancellation
        );

    /// <returns>The answer's message.</returns>
    private static async Task<string> CallAsync(FunctionContainer function)
    {
        var answer = await function.CallAsync(OciCloud.Event("a.mp4"), Life, Cancellation);
        Assert.Equal(200, answer.Status);
        return (string)JsonNode.Parse(answer.Body)!["message"]!;
    }

    private static void AssertNoSecret(string said)
    {
        Assert.DoesNotContain("eyJ", said, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "PRIVATE",
            said.Replace("PRINCIPAL_PRIVATE_PEM", ""),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("Signature version", said, StringComparison.Ordinal);
    }

    private sealed class LaterTime(TimeSpan later) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + later;
    }
}
