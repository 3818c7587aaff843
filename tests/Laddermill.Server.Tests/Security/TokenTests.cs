using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using Laddermill.Server.Tests.TestServers;
using Microsoft.IdentityModel.Tokens;

namespace Laddermill.Server.Tests.Security;

/// <summary>Bearer tokens of an OpenID Connect issuer, with a real key and its documents.</summary>
public sealed class TokenTests
{
    private static readonly string[] ReadAndOthers = ["read", "email"];

    [Fact(Timeout = 60_000)]
    public async Task A_token_opens_what_its_scope_says()
    {
        await using var issuer = await TokenIssuer.StartAsync();
        await using var server = await StartAsync(issuer);
        var token = issuer.Token(new() { ["scope"] = "openid profile submit" });
        var list = issuer.Token(new() { ["scope"] = ReadAndOthers });
        var none = issuer.Token(new() { ["scope"] = "openid", ["laddermill:scope"] = "admin" });
        var elsewhere = issuer.Token(new() { ["roles"] = "admin" });

        Assert.Equal(HttpStatusCode.OK, await ReadAsync(server, token));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await SubmitAsync(server, token));
        Assert.Equal(HttpStatusCode.Forbidden, await AdministerAsync(server, token));
        Assert.Equal(HttpStatusCode.OK, await ReadAsync(server, list));
        Assert.Equal(HttpStatusCode.Forbidden, await SubmitAsync(server, list));
        Assert.Equal(HttpStatusCode.Forbidden, await ReadAsync(server, none));
        Assert.Equal(HttpStatusCode.Forbidden, await ReadAsync(server, elsewhere));
    }

    [Fact(Timeout = 60_000)]
    public async Task Another_claim_may_hold_the_scope()
    {
        await using var issuer = await TokenIssuer.StartAsync();
        await using var server = await StartAsync(issuer, "roles");

        Assert.Equal(
            HttpStatusCode.OK,
            await AdministerAsync(server, issuer.Token(new() { ["roles"] = "admin" }))
        );
        Assert.Equal(
            HttpStatusCode.Forbidden,
            await AdministerAsync(server, issuer.Token(new() { ["scope"] = "admin" }))
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task Tokens_that_are_not_meant_for_us_or_forged_open_nothing()
    {
        await using var issuer = await TokenIssuer.StartAsync();
        await using var server = await StartAsync(issuer);
        using var other = RSA.Create(2048);
        var past = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-1);
        var publicKey = issuer.Key.Rsa.ExportSubjectPublicKeyInfo();
        Dictionary<string, object> admin = new() { ["scope"] = "admin" };
        var good = issuer.Token(admin);
        string[] forged =
        [
            issuer.Token(admin, token => token.Audience = "another service"),
            issuer.Token(admin, token => token.Audience = null),
            issuer.Token(admin, token => token.Issuer = "https://evil.example"),
            issuer.Token(
                admin,
                token =>
                    (token.NotBefore, token.IssuedAt, token.Expires) = (
                        past,
                        past,
                        past.AddMinutes(5)
                    )
            ),
            issuer.Token(admin, token => token.Expires = null),
            issuer.Token(admin, token => token.SigningCredentials = null),
            issuer.Token(
                admin,
                token =>
                    token.SigningCredentials = new SigningCredentials(
                        new RsaSecurityKey(other) { KeyId = "one" },
                        SecurityAlgorithms.RsaSha256
                    )
            ),
            issuer.Token(
                admin,
                token =>
                    token.SigningCredentials = new SigningCredentials(
                        new SymmetricSecurityKey(publicKey) { KeyId = "one" },
                        SecurityAlgorithms.HmacSha256
                    )
            ),
            good[..^4] + "AAAA",
            "a.b.c",
            "..",
        ];

        Assert.Equal(HttpStatusCode.OK, await ReadAsync(server, good));
        foreach (var token in forged)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await ReadAsync(server, token));
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task An_issuer_that_is_away_keeps_tokens_out_and_keys_in()
    {
        var issuer = await TokenIssuer.StartAsync();
        var token = issuer.Token(new() { ["scope"] = "admin" });
        await using var server = await StartAsync(issuer);
        await issuer.DisposeAsync();

        var key = (await server.KeyAsync(Server.Security.Scope.Read)).Key;

        Assert.Equal(HttpStatusCode.Unauthorized, await ReadAsync(server, token));
        Assert.Equal(HttpStatusCode.OK, await ReadAsync(server, key));
    }

    private static Task<ServerUnderTest> StartAsync(TokenIssuer issuer, string claim = "scope") =>
        ServerUnderTest.StartAsync(
            PlayedEngine.Ending(0),
            ServerUnderTest.OnePipeline
                + $$"""
                , "access": {
                    "required": true, "requestsPerSecond": 0, "oidcAuthority": "{{issuer.Address}}", "oidcAudience": "{{TokenIssuer.Audience}}",
                    "oidcScopeClaim": "{{claim}}"
                }
                """
        );

    private static async Task<HttpStatusCode> ReadAsync(ServerUnderTest server, string token) =>
        (await server.SendAsync(HttpMethod.Get, "/profiles", token)).StatusCode;

    private static async Task<HttpStatusCode> SubmitAsync(ServerUnderTest server, string token) =>
        (
            await server.SendAsync(
                HttpMethod.Post,
                "/jobs",
                token,
                JsonContent.Create(new { source = "missing.mp4" })
            )
        ).StatusCode;

    private static async Task<HttpStatusCode> AdministerAsync(
        ServerUnderTest server,
        string token
    ) => (await server.SendAsync(HttpMethod.Get, "/keys", token)).StatusCode;
}
