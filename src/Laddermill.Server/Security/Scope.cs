using System.Security.Claims;
using System.Text.Json.Serialization;

namespace Laddermill.Server.Security;

/// <summary>What a caller may do; each includes the ones before it.</summary>
[JsonConverter(typeof(Words<Scope>))]
public enum Scope
{
    /// <summary>Look at everything.</summary>
    [JsonStringEnumMemberName("read")]
    Read,

    /// <summary>Ask for jobs too, cancel them and try them again.</summary>
    [JsonStringEnumMemberName("submit")]
    Submit,

    /// <summary>Make and revoke keys too.</summary>
    [JsonStringEnumMemberName("admin")]
    Admin,
}

/// <summary>Scopes as text, and as what is known of a caller.</summary>
internal static class Scopes
{
    /// <summary>The claim that holds a caller's scope, wherever it came from.</summary>
    public const string Claim = "laddermill:scope";

    /// <summary>The claim that tells callers apart: <c>key:ID</c>, or <c>oidc:SUBJECT</c>.</summary>
    public const string Client = "laddermill:client";

    public static IEnumerable<string> Names => Enum.GetValues<Scope>().Select(NameOf);

    public static string NameOf(Scope scope) => scope.ToString().ToLowerInvariant();

    /// <summary>Null for a word that is none.</summary>
    public static Scope? Parse(string? word) =>
        Enum.GetValues<Scope>()
            .Cast<Scope?>()
            .FirstOrDefault(scope => NameOf(scope!.Value) == word);

    /// <summary>The widest of several, written with spaces between them among words of others; null when none is ours.</summary>
    public static Scope? Widest(IEnumerable<string> texts) =>
        texts.SelectMany(text => text.Split(' ')).Max(Parse);

    /// <summary>Null when the caller is unknown, or known without any scope of ours.</summary>
    public static Scope? Of(ClaimsPrincipal caller) => Parse(caller.FindFirstValue(Claim));

    /// <summary>What the caller is called; null when unknown.</summary>
    public static string? ClientOf(ClaimsPrincipal caller) => caller.FindFirstValue(Client);
}
