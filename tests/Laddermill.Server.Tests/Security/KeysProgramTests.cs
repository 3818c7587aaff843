using System.Net;
using System.Text.Json.Nodes;
using Laddermill.Server.Security;
using Laddermill.Server.Tests.TestServers;

namespace Laddermill.Server.Tests.Security;

public sealed class KeysProgramTests
{
    [Fact(Timeout = 60_000)]
    public async Task The_first_key_is_made_beside_a_running_server_and_revoked_there()
    {
        await using var server = await ServerUnderTest.StartAsync(
            PlayedEngine.Ending(0),
            KeptServer.Configuration
        );
        var file = Path.Combine(server.Folder, "laddermill.json");
        await File.WriteAllTextAsync(
            file,
            $$"""{ "listen": "http://127.0.0.1:0", {{KeptServer.Configuration}} }""",
            TestContext.Current.CancellationToken
        );

        var (code, key, _) = await RunAsync(
            "create",
            "--name",
            "me",
            "--scope",
            "admin",
            "--config",
            file
        );
        Assert.Equal(0, code);
        Assert.Equal(
            HttpStatusCode.OK,
            (await server.SendAsync(HttpMethod.Get, "/keys", key)).StatusCode
        );

        var (_, json, _) = await RunAsync("list", "--json", "--config", file);
        var only = JsonNode.Parse(json)!.AsArray().Single()!;
        Assert.Equal(("me", "admin"), ((string?)only["name"], (string?)only["scope"]));
        var (_, _, words) = await RunAsync("list", "--config", file);
        Assert.Contains("admin", words, StringComparison.Ordinal);

        Assert.Equal(0, (await RunAsync("revoke", (string)only["id"]!, "--config", file)).Code);
        Assert.Equal(
            HttpStatusCode.Unauthorized,
            (await server.SendAsync(HttpMethod.Get, "/keys", key)).StatusCode
        );
        Assert.Equal(1, (await RunAsync("revoke", "nosuchkey", "--config", file)).Code);
    }

    [Theory(Timeout = 20_000)]
    [InlineData]
    [InlineData("make")]
    [InlineData("create", "--scope")]
    [InlineData("list", "--name", "x")]
    [InlineData("revoke")]
    [InlineData("revoke", "a", "b")]
    [InlineData("list", "--config", "/no/such/file.json")]
    public async Task What_makes_no_sense_ends_with_2_and_says_how_to_write_it(
        params string[] words
    )
    {
        var (code, output, error) = await RunAsync(words);

        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith("laddermill keys: ", error, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(
        params string[] words
    )
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await KeysProgram.RunAsync(
            words,
            output,
            error,
            TestContext.Current.CancellationToken
        );
        return (code, output.ToString().Trim(), error.ToString());
    }
}
