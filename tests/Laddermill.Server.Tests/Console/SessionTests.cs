using System.Security.Claims;
using System.Text.Json;
using Laddermill.Server.Configuration;
using Laddermill.Server.Console.SignIn;

namespace Laddermill.Server.Tests.Console;

/// <summary>How long an issuer's word holds, and what of it counts.</summary>
public sealed class SessionTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly AccessOptions Access = new()
    {
        OidcAuthority = "https://login.example.org",
        OidcClientId = "console",
    };

    [Fact]
    public void An_issuer_s_word_holds_until_its_time_is_over()
    {
        var ada = Ada(Now.AddHours(8));

        Assert.True(Sessions.IsWithinBounds(ada, Access, Now));
        Assert.True(Sessions.IsWithinBounds(ada, Access, Now.AddHours(8).AddSeconds(-1)));
        Assert.False(Sessions.IsWithinBounds(ada, Access, Now.AddHours(8)));
    }

    [Fact]
    public void It_ends_when_the_configuration_names_another_issuer_or_none()
    {
        var ada = Ada(Now.AddHours(8));

        Assert.False(
            Sessions.IsWithinBounds(
                ada,
                new() { OidcAuthority = "https://other.example.org", OidcClientId = "console" },
                Now
            )
        );
        Assert.False(
            Sessions.IsWithinBounds(ada, new() { OidcAuthority = Access.OidcAuthority }, Now)
        );
    }

    [Fact]
    public void Claims_without_an_end_open_nothing() =>
        Assert.False(
            Sessions.IsWithinBounds(
                new ClaimsPrincipal(new ClaimsIdentity([], "console")),
                Access,
                Now
            )
        );

    [Theory]
    [InlineData(
        """{ "sub": "ada", "roles": ["read", "other"], "name": "Ada" }""",
        "name=Ada, roles=other, roles=read"
    )]
    [InlineData("""{ "sub": "ada", "roles": "submit", "phone": "1" }""", "roles=submit")]
    [InlineData("""{ "sub": "eve", "roles": "admin" }""", "")]
    [InlineData("""{ "sub": 1, "roles": "admin" }""", "")]
    [InlineData("""{ "roles": "admin" }""", "")]
    [InlineData("""["admin"]""", "")]
    public void What_the_issuer_tells_counts_for_the_one_who_signed_in(string told, string claims)
    {
        using var json = JsonDocument.Parse(told);

        Assert.Equal(
            claims,
            string.Join(
                ", ",
                IssuerClaims
                    .Read(json.RootElement, "ada", ["roles", "name"])
                    .Select(claim => $"{claim.Type}={claim.Value}")
                    .Order(StringComparer.Ordinal)
            )
        );
    }

    [Fact]
    public void A_name_is_one_line_and_not_endless()
    {
        var odd = new ClaimsPrincipal(
            new ClaimsIdentity([new("sub", "x"), new("name", "Ada\r\n" + new string('a', 100))])
        );

        var name = IssuerClaims.NameOf(odd);

        Assert.StartsWith("Adaaa", name, StringComparison.Ordinal);
        Assert.Equal(64, name.Length);
        Assert.Equal(
            "x",
            IssuerClaims.NameOf(new ClaimsPrincipal(new ClaimsIdentity([new("sub", "x")])))
        );
    }

    private static ClaimsPrincipal Ada(DateTimeOffset end) =>
        new(new ClaimsIdentity(Sessions.Bounds(Access, end), "console"));
}
