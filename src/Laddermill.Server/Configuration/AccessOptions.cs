using System.Text.RegularExpressions;

namespace Laddermill.Server.Configuration;

/// <summary>Who may use the server.</summary>
public sealed partial class AccessOptions
{
    private const int MostInName = 40;

    /// <summary>Ask for keys even on loopback.</summary>
    public bool Required { get; set; }

    /// <summary>The address that browsers reach this server at when it is behind a proxy, such as <c>https://films.example.org</c>. Empty: as they ask.</summary>
    public string PublicAddress { get; set; } = "";

    /// <summary>OpenID Connect issuer whose bearer tokens are taken; empty: none.</summary>
    public string OidcAuthority { get; set; } = "";

    public string OidcAudience { get; set; } = "";

    /// <summary>The claim that holds our scopes.</summary>
    public string OidcScopeClaim { get; set; } = "scope";

    /// <summary>What this server is called at the issuer, so that people can sign in there for the console; empty: they cannot.</summary>
    public string OidcClientId { get; set; } = "";

    /// <summary>File that holds the client's secret; empty: the environment variable LADDERMILL_OIDC_CLIENT_SECRET holds it, or the client has none.</summary>
    public string OidcClientSecretFile { get; set; } = "";

    /// <summary>What is asked for at a sign-in; <c>openid</c> must be among it.</summary>
    public List<string> OidcScopes { get; set; } = ["openid", "profile"];

    /// <summary>What the issuer is called on the page that asks people to sign in; empty: its host.</summary>
    public string OidcName { get; set; } = "";

    /// <summary>How long a sign-in lasts until the issuer is asked again; 5 min to 7 days.</summary>
    public TimeSpan OidcSession { get; set; } = TimeSpan.FromHours(8);

    /// <summary>Requests each second from one client, on average; 0: no limit.</summary>
    public int RequestsPerSecond { get; set; } = 200;

    /// <summary>Bytes of a request's body.</summary>
    public long MaxBodyBytes { get; set; } = 1 << 20;

    /// <summary>Whether people can sign in at the issuer.</summary>
    internal bool HasSignIn => OidcAuthority.Length > 0 && OidcClientId.Length > 0;

    /// <summary>What people know the issuer as.</summary>
    internal string IssuerName => OidcName.Length > 0 ? OidcName : new Uri(OidcAuthority).Host;

    /// <summary>What is wrong, each in one sentence.</summary>
    public IEnumerable<string> Problems() =>
        AddressProblems()
            .Concat(OidcAuthority.Length == 0 ? StrayProblems() : IssuerProblems())
            .Concat(OidcClientId.Length == 0 ? [] : SignInProblems());

    private IEnumerable<string> AddressProblems()
    {
        if (
            PublicAddress.Length > 0
            && !(
                Uri.TryCreate(PublicAddress, UriKind.Absolute, out var address)
                && address.Scheme is "https" or "http"
                && address.GetLeftPart(UriPartial.Authority) == PublicAddress
                && address.UserInfo.Length == 0
            )
        )
        {
            yield return $"access.publicAddress is \"{PublicAddress}\"; it must be an address such as https://films.example.org, without a path.";
        }
    }

    private IEnumerable<string> IssuerProblems()
    {
        if (
            !Uri.TryCreate(OidcAuthority, UriKind.Absolute, out var issuer)
            || !(issuer.Scheme == "https" || (issuer.Scheme == "http" && issuer.IsLoopback))
        )
        {
            yield return $"access.oidcAuthority is \"{OidcAuthority}\"; it must be an https address such as https://login.example.org.";
        }
        if (OidcAudience.Length == 0)
        {
            yield return "access.oidcAudience is missing: without it, tokens that were made for other services would be taken.";
        }
        if (OidcClientId.Length == 0 && OidcClientSecretFile.Length > 0)
        {
            yield return "access.oidcClientSecretFile is given without access.oidcClientId; name the client that it is the secret of.";
        }
    }

    private IEnumerable<string> StrayProblems()
    {
        if (OidcClientId.Length > 0 || OidcClientSecretFile.Length > 0)
        {
            yield return "access.oidcClientId needs access.oidcAuthority, the issuer that knows this client.";
        }
    }

    private IEnumerable<string> SignInProblems()
    {
        if (!OidcScopes.Contains("openid"))
        {
            yield return "access.oidcScopes must hold \"openid\": without it the issuer tells nobody who somebody is.";
        }
        foreach (var odd in OidcScopes.Where(scope => !ScopeToken().IsMatch(scope)))
        {
            yield return $"access.oidcScopes holds \"{odd}\"; each must be one word, such as \"profile\".";
        }
        if (OidcName.Length > MostInName || OidcName.Any(char.IsControl))
        {
            yield return $"access.oidcName must be at most {MostInName} plain characters: it stands on a button.";
        }
        if (OidcSession < TimeSpan.FromMinutes(5) || OidcSession > TimeSpan.FromDays(7))
        {
            yield return $"access.oidcSession is {OidcSession}; it must be 00:05:00 to 7.00:00:00.";
        }
    }

    /// <summary>RFC 6749 §3.3.</summary>
    [GeneratedRegex("^[\\x21\\x23-\\x5B\\x5D-\\x7E]+\\z")]
    private static partial Regex ScopeToken();
}
