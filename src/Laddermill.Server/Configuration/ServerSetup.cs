using System.Collections.Immutable;
using Laddermill.Server.Pipelines;
using Laddermill.Webhooks;

namespace Laddermill.Server.Configuration;

/// <summary>The configuration, checked and resolved: nothing in it can be wrong any more but the world.</summary>
/// <param name="Folder">The configuration file's folder, absolute.</param>
/// <param name="Listen">Addresses to listen on.</param>
/// <param name="IsLoopback">Whether only this machine reaches them.</param>
/// <param name="Name">What this server is called in the ledger.</param>
/// <param name="LedgerConnection">SQLite's file or PostgreSQL's connection string. A secret.</param>
public sealed record ServerSetup(
    ServerOptions Options,
    string Folder,
    Uri Listen,
    bool IsLoopback,
    string Name,
    bool IsPostgres,
    string LedgerConnection,
    EngineChoice Engine,
    ImmutableArray<Pipeline> Pipelines,
    ImmutableArray<EventSource> Events,
    ImmutableArray<Webhook> Webhooks
)
{
    /// <summary>Where what belongs to this server alone lies: beside SQLite's file, or the configuration.</summary>
    public string DataFolder =>
        IsPostgres ? Folder : Path.GetDirectoryName(Path.GetFullPath(LedgerConnection, Folder))!;

    public string UploadsFolder => OwnFolder(Options.Uploads.Folder, "uploads");

    public string ProfilesFolder => OwnFolder(Options.ProfilesFolder, "profiles");

    private string OwnFolder(string named, string usual) =>
        named.Length > 0 ? Path.Combine(Folder, named) : Path.Combine(DataFolder, usual);

    /// <summary>Of this server at the OpenID Connect issuer; empty: it has none. A secret.</summary>
    public string OidcClientSecret { get; init; } = "";

    public bool NeedsKeys => !IsLoopback || Options.Access.Required;
}

/// <summary>Who may send events.</summary>
/// <param name="Secret">Part of the address that it is sent to, or the password of Basic credentials.</param>
/// <param name="Pipelines">Names of those that it may start; empty: all.</param>
/// <param name="Topics">ARNs of topics of Amazon SNS whose messages are taken; empty: any.</param>
public sealed record EventSource(
    string Name,
    string Secret,
    ImmutableArray<string> Pipelines,
    ImmutableArray<string> Topics
);

/// <summary>Who is told when a job is over.</summary>
public sealed record Webhook(string Name, WebhookEndpoint Endpoint);
