using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Laddermill.Dispatching;
using Laddermill.Jobs;
using Laddermill.Ladders;
using Laddermill.Server.Pipelines;
using Laddermill.Storage;
using Laddermill.Webhooks;

namespace Laddermill.Server.Configuration;

/// <summary>Reads the configuration as a whole, and tells all that is wrong with it at once, each problem with the key, the value and the remedy.</summary>
public sealed partial class ServerOptionsReader
{
    private static readonly JsonDocumentOptions ForPeople = new()
    {
        AllowTrailingCommas = true,
        AllowDuplicateProperties = false,
        CommentHandling = JsonCommentHandling.Skip,
    };

    private readonly string folder;
    private readonly Secrets secrets;
    private readonly ImmutableArray<string>.Builder problems =
        ImmutableArray.CreateBuilder<string>();

    private ServerOptionsReader(string folder, Func<string, string?> variable) =>
        (this.folder, secrets) = (folder, new Secrets(folder, variable, problems));

    /// <param name="text">JSON; comments and trailing commas are allowed.</param>
    /// <param name="folder">Absolute: what relative paths start from.</param>
    /// <param name="variable">Environment variables, for secrets.</param>
    /// <exception cref="ConfigurationException">Something is missing, unknown or impossible.</exception>
    public static ServerSetup Read(string text, string folder, Func<string, string?> variable)
    {
        var reader = new ServerOptionsReader(folder, variable);
        var options = reader.Parse(text);
        var setup = options is null ? null : reader.Resolve(options);
        return reader.problems.Count == 0
            ? setup!
            : throw new ConfigurationException(reader.problems.ToImmutable());
    }

    private ServerOptions? Parse(string text)
    {
        JsonObject? root;
        try
        {
            root = JsonNode.Parse(text, null, ForPeople) as JsonObject;
        }
        catch (JsonException wrong)
        {
            problems.Add($"The file is no JSON: {wrong.Message}");
            return null;
        }
        if (root is null)
        {
            problems.Add("The file must hold one JSON object.");
            return null;
        }
        problems.AddRange(
            UnknownKeys.In(root, ServerOptionsJson.Default.ServerOptions, ServerOptionsJson.Default)
        );
        try
        {
            return root.Deserialize(ServerOptionsJson.Default.ServerOptions);
        }
        catch (JsonException wrong)
        {
            problems.Add(
                $"{wrong.Path?.TrimStart('$', '.')} has a value of the wrong kind: {wrong.Message}"
            );
            return null;
        }
    }

    private ServerSetup Resolve(ServerOptions options)
    {
        var listen = ListenAddress(options.Listen);
        var isPostgres = options.Ledger.Provider == "postgresql";
        if (!isPostgres && options.Ledger.Provider != "sqlite")
        {
            problems.Add(
                $"ledger.provider is \"{options.Ledger.Provider}\"; it must be \"sqlite\" or \"postgresql\"."
            );
        }
        Check(
            options.Ledger.Lease,
            "ledger.lease",
            TimeSpan.FromSeconds(5),
            TimeSpan.FromMinutes(10)
        );
        var engine = EngineChoice.Read(options.Engine, folder, problems);
        Check(options.Engine.Slots, "engine.slots", 0, 1000);
        Check(options.Access.RequestsPerSecond, "access.requestsPerSecond", 0, 1_000_000);
        Check(options.Access.MaxBodyBytes, "access.maxBodyBytes", 1024, 1 << 30);
        problems.AddRange(options.Access.Problems());
        problems.AddRange(options.Streams.Problems());
        problems.AddRange(options.Uploads.Problems());
        problems.AddRange(options.Telemetry.Problems());
        problems.AddRange(options.Prices.Problems());
        CheckNames(options.Pipelines.Select(each => each.Name), "pipelines");
        CheckNames(options.Events.Select(each => each.Name), "events");
        CheckNames(options.Webhooks.Select(each => each.Name), "webhooks");
        var name =
            options.Name.Length > 0 ? options.Name
            // Any port: nobody has had this name before.
            : listen.Port == 0 ? $"{Environment.MachineName}:{Guid.NewGuid():n}"
            : $"{Environment.MachineName}:{listen.Port}";
        var setup = new ServerSetup(
            options,
            folder,
            listen,
            IsLoopback(listen),
            name,
            isPostgres,
            isPostgres
                ? secrets.Read("ledger", options.Ledger.ConnectionFile, "LADDERMILL_LEDGER")
                : Path.Combine(folder, options.Ledger.File),
            engine,
            [],
            [.. options.Events.Select(each => EventSourceOf(each, options.Pipelines))],
            [.. options.Webhooks.Select(WebhookOf).OfType<Webhook>()]
        )
        {
            OidcClientSecret =
                options.Access.OidcClientId.Length > 0
                    ? secrets.ReadIfAny(
                        "access.oidcClientId",
                        options.Access.OidcClientSecretFile,
                        "LADDERMILL_OIDC_CLIENT_SECRET"
                    )
                    : "",
        };
        var saved = new SavedProfiles(setup.ProfilesFolder);
        return setup with
        {
            Pipelines =
            [
                .. options
                    .Pipelines.Select(
                        (each, index) => PipelineOf(each, saved, $"pipelines[{index}]")
                    )
                    .OfType<Pipeline>(),
            ],
        };
    }

    private Uri ListenAddress(string text)
    {
        if (
            Uri.TryCreate(text, UriKind.Absolute, out var address)
            && address.Scheme is "http" or "https"
            && address.PathAndQuery == "/"
        )
        {
            return address;
        }
        problems.Add(
            $"listen is \"{text}\"; it must be an address such as http://127.0.0.1:8480 (https needs ASPNETCORE_Kestrel__Certificates__Default__Path)."
        );
        return new Uri("http://127.0.0.1:8480");
    }

    private static bool IsLoopback(Uri listen) =>
        listen.Host == "localhost"
        || (IPAddress.TryParse(listen.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));

    private Pipeline? PipelineOf(PipelineOptions options, SavedProfiles saved, string at)
    {
        Check(options.Priority, $"{at}.priority", -100, 100);
        Check(options.MaxAttempts, $"{at}.maxAttempts", 1, 100);
        Check(options.Reconcile, $"{at}.reconcile", TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        Check(options.Settle, $"{at}.settle", TimeSpan.Zero, TimeSpan.FromMinutes(10));
        try
        {
            var pipeline = Pipeline.Of(options, folder, saved);
            _ = JobTerms.Of(pipeline.Document(pipeline.Source.Key + "film.mp4"));
            if (
                pipeline.Source == pipeline.Destination
                && pipeline.Source.Scheme == StoreScheme.File
            )
            {
                problems.Add(
                    $"{at}.destination is its own source, {options.Source}; use another folder."
                );
            }
            return pipeline;
        }
        catch (Exception wrong)
            when (wrong
                    is AddressException
                        or ProfileException
                        or ArgumentException
                        or JsonException
            )
        {
            problems.Add($"{at}: {wrong.Message}");
            return null;
        }
    }

    private EventSource EventSourceOf(EventSourceOptions options, List<PipelineOptions> pipelines)
    {
        foreach (var unknown in options.Pipelines.Except(pipelines.Select(each => each.Name)))
        {
            problems.Add(
                $"events \"{options.Name}\" names the pipeline \"{unknown}\", which there is none of."
            );
        }
        var secret = secrets.Read(
            $"events \"{options.Name}\"",
            options.SecretFile,
            VariableOf("EVENTS", options.Name)
        );
        if (secret.Length > 0 && !AddressableSecret().IsMatch(secret))
        {
            problems.Add(
                $"events \"{options.Name}\": the secret must be 16 to 256 letters, digits, . _ ~ and -, as it is part of an address; 'openssl rand -hex 16' makes one."
            );
        }
        return new EventSource(options.Name, secret, [.. options.Pipelines], [.. options.Topics]);
    }

    private Webhook? WebhookOf(WebhookOptions options)
    {
        var at = $"webhooks \"{options.Name}\"";
        var secret = secrets.Read(at, options.SecretFile, VariableOf("WEBHOOK", options.Name));
        try
        {
            return new Webhook(
                options.Name,
                WebhookEndpoint.Parse(
                    options.Url,
                    // When a secret is changed, the old one signs too for a while.
                    secret.Length > 0
                        ? secret.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
                        // That there is none was told; the rest is looked at all the same.
                        : [WebhookSecret.Create().Reveal()],
                    options.Events
                )
            );
        }
        catch (WebhookException wrong)
        {
            problems.Add($"{at}: {wrong.Message}");
            return null;
        }
    }

    private static string VariableOf(string kind, string name) =>
        $"LADDERMILL_{kind}_{name.ToUpperInvariant().Replace('-', '_')}";

    private void CheckNames(IEnumerable<string> names, string list)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (!PlainName().IsMatch(name))
            {
                problems.Add(
                    $"{list}: the name \"{name}\" must be 1 to 64 letters, digits, - and _."
                );
            }
            else if (!seen.Add(name))
            {
                problems.Add($"{list}: the name \"{name}\" is given twice.");
            }
        }
    }

    private void Check<T>(T value, string key, T least, T most)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
        {
            problems.Add($"{key} is {value}; it must be {least} to {most}.");
        }
    }

    [GeneratedRegex("^[A-Za-z0-9_-]{1,64}\\z")]
    private static partial Regex PlainName();

    [GeneratedRegex("^[A-Za-z0-9._~-]{16,256}\\z")]
    private static partial Regex AddressableSecret();
}
