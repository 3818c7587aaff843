using Laddermill.OciStandIn.Identity;
using Laddermill.Storage;
using Laddermill.Storage.Oci;
using Laddermill.Tests.TestServers;
using Microsoft.Extensions.Time.Testing;

namespace Laddermill.Tests.Storage.Oci;

/// <summary>Every way that tokens, keys and clocks go: what should work does, what should not is told clearly and tells no secret.</summary>
public sealed class ResourcePrincipalTests(OciServer server) : IClassFixture<OciServer>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task Files_are_read_again_when_the_service_refuses_the_token()
    {
        var folder = Path.Combine(server.Folder, "rotated");
        Issue(TimeSpan.FromHours(1)).WriteTo(folder);
        using var store = Store(Files(folder));
        await PutAsync(store);

        // As a rotation looks to us when the old token was revoked early: another key, another token.
        var options = server.Options(Files(folder));
        var before = options.Credentials.Get(renew: false).Id;
        Issue(TimeSpan.FromHours(1)).WriteTo(folder);
        Assert.Equal(before, options.Credentials.Get(renew: false).Id);
        Assert.NotEqual(before, options.Credentials.Get(renew: true).Id);

        await PutAsync(store);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_expired_token_whose_files_were_replaced_is_renewed_in_flight()
    {
        var folder = Path.Combine(server.Folder, "expired");
        Issue(TimeSpan.FromSeconds(-10)).WriteTo(folder);
        using var store = Store(Files(folder));
        var failed = await Assert.ThrowsAsync<StoreException>(() => PutAsync(store));
        Assert.Contains("401 NotAuthenticated", failed.Message, StringComparison.Ordinal);
        Assert.Contains("The token has expired", failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("eyJ", failed.ToString(), StringComparison.Ordinal);
        Issue(TimeSpan.FromHours(1)).WriteTo(folder);
        await PutAsync(store);
    }

    [Fact]
    public void Files_are_read_again_five_minutes_before_the_token_ends()
    {
        var folder = Path.Combine(server.Folder, "early");
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var tokens = new SecurityTokens(time);
        tokens.Issue(TimeSpan.FromMinutes(15)).WriteTo(folder);
        var variables = Files(folder).ToDictionary(v => v.Name, v => v.Value);
        var credentials = new ResourcePrincipalCredentials(variables.GetValueOrDefault, time);
        var first = credentials.Get(renew: false).Id;
        tokens.Issue(TimeSpan.FromMinutes(30)).WriteTo(folder);
        time.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(first, credentials.Get(renew: false).Id);
        time.Advance(TimeSpan.FromMinutes(1.5));
        Assert.NotEqual(first, credentials.Get(renew: false).Id);
    }

    [Fact(Timeout = 60_000)]
    public async Task Token_and_key_may_be_given_as_text()
    {
        var session = Issue(TimeSpan.FromHours(1));
        using var store = Store([
            ("OCI_RESOURCE_PRINCIPAL_VERSION", "2.2"),
            ("OCI_RESOURCE_PRINCIPAL_RPST", session.Token + "\n"),
            ("OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM", session.PrivatePem),
            ("OCI_RESOURCE_PRINCIPAL_REGION", "iad"),
        ]);
        await PutAsync(store);
    }

    [Fact(Timeout = 60_000)]
    public async Task Another_key_than_the_tokens_is_refused_without_a_secret()
    {
        var folder = Path.Combine(server.Folder, "mixed");
        new Session(
            Issue(TimeSpan.FromHours(1)).Token,
            Issue(TimeSpan.FromHours(1)).PrivatePem
        ).WriteTo(folder);
        using var store = Store(Files(folder));
        var failed = await Assert.ThrowsAsync<StoreException>(() => PutAsync(store));
        Assert.Contains(
            "The signature does not match the request. Check the credentials",
            failed.Message,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("eyJ", failed.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE", failed.ToString(), StringComparison.Ordinal);
        Assert.False(failed.IsTransient);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_clock_that_is_off_is_said_to_be_so()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(6));
        using var store = new OciObjectStore(OciServer.Bucket, null, server.Options(), time);
        var failed = await Assert.ThrowsAsync<StoreException>(() => PutAsync(store));
        Assert.Contains("this machine's clock", failed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not a token")]
    [InlineData("hush.hush.hush")]
    [InlineData("hush.e30.hush")]
    public void A_token_that_cannot_be_read_is_not_repeated(string token)
    {
        var options = server.Options(
            ("OCI_RESOURCE_PRINCIPAL_VERSION", "2.2"),
            ("OCI_RESOURCE_PRINCIPAL_RPST", token),
            ("OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM", Issue(TimeSpan.FromHours(1)).PrivatePem),
            ("OCI_RESOURCE_PRINCIPAL_REGION", "iad")
        );
        var failed = Assert.Throws<StoreException>(() => options.Credentials.Get(renew: false));
        Assert.Contains("JSON web token", failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", failed.ToString(), StringComparison.Ordinal);
    }

    private Session Issue(TimeSpan lifetime) => server.StandIn.Principals.Tokens.Issue(lifetime);

    private static (string Name, string? Value)[] Files(string folder) =>
        [
            ("OCI_RESOURCE_PRINCIPAL_VERSION", "2.2"),
            ("OCI_RESOURCE_PRINCIPAL_RPST", Path.Combine(folder, "rpst")),
            ("OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM", Path.Combine(folder, "private.pem")),
            ("OCI_RESOURCE_PRINCIPAL_REGION", "us-ashburn-1"),
        ];

    private OciObjectStore Store((string, string?)[] variables) =>
        new(OciServer.Bucket, null, server.Options(variables));

    private static Task<StoredObject?> PutAsync(OciObjectStore store) =>
        store.PutAsync("a", new byte[1], new PutOptions("text/plain"), default, Cancellation);
}
