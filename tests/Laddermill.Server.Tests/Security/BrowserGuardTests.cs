using System.Net;
using Laddermill.Server.Security;
using Laddermill.Server.Tests.TestServers;
using Microsoft.AspNetCore.Http;

namespace Laddermill.Server.Tests.Security;

public sealed class BrowserGuardTests
{
    [Theory]
    [InlineData("localhost:8480", true)]
    [InlineData("LOCALHOST", true)]
    [InlineData("127.0.0.1:8480", true)]
    [InlineData("127.1.2.3", true)]
    [InlineData("[::1]:8480", true)]
    [InlineData("", false)]
    [InlineData("evil.example", false)]
    [InlineData("localhost.evil.example:8480", false)]
    [InlineData("127.0.0.1.evil.example", false)]
    [InlineData("10.0.0.1", false)]
    [InlineData("0.0.0.0", false)]
    public void Only_names_of_this_machine_are_answered_to(string host, bool isOurs) =>
        Assert.Equal(
            isOurs,
            BrowserGuard.Objection("GET", "http", new HostString(host), null, null) is null
        );

    [Theory]
    [InlineData("POST", null, null, true)]
    [InlineData("POST", "http://localhost:8480", "same-origin", true)]
    [InlineData("POST", "http://LOCALHOST:8480", null, true)]
    [InlineData("POST", "http://localhost:3000", "same-site", false)]
    [InlineData("POST", "https://localhost:8480", null, false)]
    [InlineData("POST", "http://127.0.0.1:8480", null, false)]
    [InlineData("POST", "https://evil.example", "cross-site", false)]
    [InlineData("POST", null, "cross-site", false)]
    [InlineData("POST", "null", null, false)]
    [InlineData("DELETE", "https://evil.example", null, false)]
    [InlineData("GET", "https://evil.example", "cross-site", true)]
    public void Pages_of_other_origins_change_nothing(
        string method,
        string? origin,
        string? site,
        bool isAllowed
    ) =>
        Assert.Equal(
            isAllowed,
            BrowserGuard.Objection(method, "http", new HostString("localhost:8480"), origin, site)
                is null
        );

    [Fact(Timeout = 60_000)]
    public async Task A_server_without_keys_is_guarded_and_one_with_keys_goes_by_any_name()
    {
        await using var open = await ServerUnderTest.StartAsync(PlayedEngine.Ending(0));
        await using var kept = await ServerUnderTest.StartAsync(
            PlayedEngine.Ending(0),
            KeptServer.Configuration
        );
        var key = (await kept.KeyAsync(Scope.Read)).Key;

        var rebound = await open.SendAsync(
            HttpMethod.Get,
            "/jobs",
            headers: ("Host", "rebound.example")
        );
        var forged = await open.SendAsync(
            HttpMethod.Post,
            "/jobs/x/cancel",
            headers: ("Origin", "https://evil.example")
        );
        var named = await kept.SendAsync(
            HttpMethod.Get,
            "/jobs",
            key,
            headers: ("Host", "laddermill.example")
        );

        Assert.Equal(HttpStatusCode.Forbidden, rebound.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, forged.StatusCode);
        Assert.Equal(HttpStatusCode.OK, named.StatusCode);
    }
}
