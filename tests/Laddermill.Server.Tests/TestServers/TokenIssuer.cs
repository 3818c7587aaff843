using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Laddermill.Server.Tests.TestServers;

/// <summary>An OpenID Connect issuer with a key of its own: the two documents that a server reads of one, and tokens.</summary>
internal sealed class TokenIssuer : IAsyncDisposable
{
    public const string Audience = "laddermill";
    private readonly WebApplication app;
    private readonly RSA rsa;

    private TokenIssuer(WebApplication app, RSA rsa) => (this.app, this.rsa) = (app, rsa);

    public string Address => app.Urls.Single();

    public RsaSecurityKey Key => new(rsa) { KeyId = "one" };

    public static async Task<TokenIssuer> StartAsync()
    {
        var rsa = RSA.Create(2048);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var issuer = new TokenIssuer(app, rsa);
        app.MapGet(
            "/.well-known/openid-configuration",
            () => Results.Json(new { issuer = issuer.Address, jwks_uri = $"{issuer.Address}/keys" })
        );
        var numbers = rsa.ExportParameters(includePrivateParameters: false);
        app.MapGet(
            "/keys",
            () =>
                Results.Json(
                    new
                    {
                        keys = new[]
                        {
                            new
                            {
                                kty = "RSA",
                                use = "sig",
                                kid = "one",
                                alg = "RS256",
                                n = Base64UrlEncoder.Encode(numbers.Modulus),
                                e = Base64UrlEncoder.Encode(numbers.Exponent),
                            },
                        },
                    }
                )
        );
        await app.StartAsync(TestContext.Current.CancellationToken);
        return issuer;
    }

    /// <param name="claims">Beside issuer, audience and times.</param>
    /// <param name="change">Spoils the token.</param>
    public string Token(
        Dictionary<string, object> claims,
        Action<SecurityTokenDescriptor>? change = null
    )
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var token = new SecurityTokenDescriptor
        {
            Issuer = Address,
            Audience = Audience,
            IssuedAt = now,
            NotBefore = now,
            Expires = now.AddMinutes(5),
            Subject = new ClaimsIdentity([new Claim("sub", "ada")]),
            Claims = claims,
            SigningCredentials = new SigningCredentials(Key, SecurityAlgorithms.RsaSha256),
        };
        change?.Invoke(token);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            token
        );
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        rsa.Dispose();
    }
}
