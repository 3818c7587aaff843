using System.Text.Json.Nodes;
using Laddermill.Processes;
using Laddermill.Tests;

namespace Laddermill.Server.Tests.TestServers;

/// <summary>A certified OpenID Connect issuer with pages to sign in at (tests/issuer), for all tests of a class.</summary>
public sealed class IssuerServer : IAsyncLifetime
{
    /// <summary>Of the client <c>secret</c>.</summary>
    public const string ClientSecret = "hush-client-hush-client";

    private ToolProcess? node;

    public string Address { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var project = await NpmProject.InstallAsync("issuer");
        node = ToolProcess.Start(
            new ToolCommand("node", [Path.Combine(project, "issuer.mjs")])
            {
                Environment = ToolEnvironment.Inherited.With("CLIENT_SECRET", ClientSecret),
            },
            ToolOutput.Captured
        );
        using var lines = new StreamReader(node.StandardOutput, leaveOpen: true);
        var first = await lines.ReadLineAsync(TestContext.Current.CancellationToken);
        Address =
            (string?)JsonNode.Parse(first ?? "null")?["address"]
            ?? throw new InvalidOperationException(
                $"The issuer did not start: {string.Join('\n', node.ErrorTail)}"
            );
    }

    /// <summary>Members of <c>access</c> that name it.</summary>
    /// <param name="more">Further members, with a comma in front.</param>
    public string Access(string client, string more = "") =>
        $$"""
            "access": {
                "required": true, "requestsPerSecond": 0, "oidcAuthority": "{{Address}}", "oidcAudience": "{{TokenIssuer.Audience}}",
                "oidcClientId": "{{client}}", "oidcName": "Filmhaus" {{more}}
            }
            """;

    public async ValueTask DisposeAsync()
    {
        if (node is not null)
        {
            await node.DisposeAsync();
        }
    }
}
