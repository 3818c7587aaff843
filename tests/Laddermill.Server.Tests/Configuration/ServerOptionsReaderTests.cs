using Laddermill.Dispatching;
using Laddermill.Server.Configuration;

namespace Laddermill.Server.Tests.Configuration;

public sealed class ServerOptionsReaderTests
{
    [Fact]
    public void All_problems_are_told_at_once_each_with_its_key()
    {
        var wrong = Assert.Throws<ConfigurationException>(() =>
            Read(
                """
                {
                  "listn": "x", "listen": "ftp://a", "ledger": { "provider": "oracle", "lease": "00:00:01" }, "engine": { "kind": "x" },
                  "pipelines": [
                    { "name": "a b", "source": "s3:///", "destination": "out" },
                    { "name": "p", "source": "in", "destination": "in", "profile": "none-such", "priorty": 1 },
                    { "name": "p", "source": "in", "destination": "in", "priority": 1000 }
                  ],
                  "events": [{ "name": "ceph", "pipelines": ["q"] }],
                  "webhooks": [{ "name": "hook", "url": "file:///etc/passwd", "events": ["done"], "secretFile": "missing" }]
                }
                """
            )
        );

        string[] keys =
        [
            "listn is no option",
            "pipelines[1].priorty",
            "listen is",
            "ledger.provider",
            "ledger.lease",
            "engine.kind",
            "\"a b\"",
            "given twice",
            "pipelines[0]:",
            "pipelines[1]:",
            "pipelines[2].priority",
            "pipelines[2].destination",
            "the pipeline \"q\"",
            "LADDERMILL_EVENTS_CEPH",
            "\"hook\": The address of a webhook",
            "secret's file cannot be read",
        ];
        Assert.All(
            keys,
            key =>
                Assert.Contains(
                    wrong.Problems,
                    problem => problem.Contains(key, StringComparison.Ordinal)
                )
        );
        Assert.Equal(keys.Length, wrong.Problems.Length);
    }

    [Fact]
    public void Secrets_come_from_the_environment_and_paths_start_at_the_file()
    {
        var setup = Read(
            """
            { // comments are allowed
              "ledger": { "provider": "postgresql" },
              "pipelines": [{ "name": "p", "source": "in", "destination": "s3://streams/films" }],
              "events": [{ "name": "my-ceph" }],
            }
            """,
            ("LADDERMILL_LEDGER", "Host=db"),
            ("LADDERMILL_EVENTS_MY_CEPH", "hush-hush-hush-hush")
        );

        Assert.Equal(
            ("Host=db", "hush-hush-hush-hush"),
            (setup.LedgerConnection, setup.Events[0].Secret)
        );
        Assert.Equal("/srv/laddermill/in", setup.Pipelines[0].Source.Bucket);
        Assert.Equal("s3://streams/films/", setup.Pipelines[0].Destination.ToString());
    }

    [Theory]
    [InlineData("http://127.0.0.1:80", false)]
    [InlineData("http://[::1]:80", false)]
    [InlineData("http://localhost:80", false)]
    [InlineData("http://0.0.0.0:80", true)]
    [InlineData("http://10.0.0.1:80", true)]
    [InlineData("http://laddermill.example:80", true)]
    public void Anything_but_loopback_needs_keys(string listen, bool needsKeys) =>
        Assert.Equal(needsKeys, Read($$"""{ "listen": "{{listen}}" }""").NeedsKeys);

    [Theory]
    [InlineData(
        """{ "access": { "oidcAuthority": "https://login.example.org", "oidcAudience": "x" } }""",
        null
    )]
    [InlineData(
        """{ "access": { "oidcAuthority": "http://127.0.0.1:1", "oidcAudience": "x" } }""",
        null
    )]
    [InlineData(
        """{ "access": { "oidcAuthority": "https://login.example.org" } }""",
        "access.oidcAudience"
    )]
    [InlineData(
        """{ "access": { "oidcAuthority": "http://login.example.org", "oidcAudience": "x" } }""",
        "access.oidcAuthority"
    )]
    [InlineData(
        """{ "access": { "oidcAuthority": "login", "oidcAudience": "x" } }""",
        "access.oidcAuthority"
    )]
    [InlineData(
        """{ "access": { "oidcClientId": "console" } }""",
        "access.oidcClientId needs access.oidcAuthority"
    )]
    [InlineData(
        """{ "access": { "oidcAuthority": "https://a.example", "oidcAudience": "x", "oidcClientSecretFile": "x" } }""",
        "access.oidcClientSecretFile"
    )]
    [InlineData(
        """{ "access": { "oidcAuthority": "https://a.example", "oidcAudience": "x", "oidcClientId": "x", "oidcClientSecretFile": "missing" } }""",
        "access.oidcClientId: the secret's file cannot be read"
    )]
    [InlineData(
        """{ "access": { "oidcAuthority": "https://a.example", "oidcAudience": "x", "oidcClientId": "x", "oidcScopes": ["profile"] } }""",
        "access.oidcScopes must hold"
    )]
    [InlineData(
        """{ "access": { "oidcAuthority": "https://a.example", "oidcAudience": "x", "oidcClientId": "x", "oidcScopes": ["openid", "a b"] } }""",
        "access.oidcScopes holds \"a b\""
    )]
    [InlineData(
        """{ "access": { "oidcAuthority": "https://a.example", "oidcAudience": "x", "oidcClientId": "x", "oidcName": "a\nb" } }""",
        "access.oidcName"
    )]
    [InlineData(
        """{ "access": { "oidcAuthority": "https://a.example", "oidcAudience": "x", "oidcClientId": "x", "oidcSession": "00:01:00" } }""",
        "access.oidcSession"
    )]
    [InlineData("""{ "access": { "publicAddress": "https://films.example.org" } }""", null)]
    [InlineData(
        """{ "access": { "publicAddress": "https://films.example.org/console" } }""",
        "access.publicAddress"
    )]
    [InlineData(
        """{ "streams": { "corsOrigins": ["*", "https://a.example", "http://b.example:8080"] } }""",
        null
    )]
    [InlineData(
        """{ "streams": { "corsOrigins": ["https://a.example/"] } }""",
        "streams.corsOrigins"
    )]
    [InlineData("""{ "streams": { "corsOrigins": ["a.example"] } }""", "streams.corsOrigins")]
    public void Issuers_and_origins_are_checked(string text, string? key)
    {
        if (key is null)
        {
            Assert.NotNull(Read(text));
            return;
        }
        var wrong = Assert.Throws<ConfigurationException>(() => Read(text));
        Assert.StartsWith(key, Assert.Single(wrong.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_s_secret_comes_from_the_environment_or_there_is_none()
    {
        const string Text =
            """{ "access": { "oidcAuthority": "https://a.example", "oidcAudience": "x", "oidcClientId": "x" } }""";

        Assert.Equal("", Read(Text).OidcClientSecret);
        Assert.Equal(
            "hush",
            Read(Text, ("LADDERMILL_OIDC_CLIENT_SECRET", "hush")).OidcClientSecret
        );
    }

    private static ServerSetup Read(
        string text,
        params (string Name, string Value)[] environment
    ) =>
        ServerOptionsReader.Read(
            text,
            "/srv/laddermill",
            name => environment.FirstOrDefault(each => each.Name == name).Value
        );
}
