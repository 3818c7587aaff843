using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Serialization;
using Laddermill.Dispatching;
using Laddermill.Server.Configuration;
using Laddermill.Server.Ledger;
using Laddermill.Server.Telemetry;
using Microsoft.EntityFrameworkCore;

namespace Laddermill.Server.Security;

/// <summary>
/// <c>keys create --name NAME --scope SCOPE</c>, <c>keys list</c> and <c>keys revoke ID</c>, each with <c>--config FILE</c>: straight to the ledger, for the
/// first key and for when there is none left that opens <c>/keys</c>.
/// </summary>
internal static class KeysProgram
{
    private const int Done = 0;
    private const int Failed = 1;
    private const int Usage = 2;
    private const string How =
        "Write 'keys create --name NAME --scope read|submit|admin', 'keys list [--json]' or 'keys revoke ID', each with '--config FILE' where that is not laddermill.json.";

    public static async Task<int> RunAsync(
        string[] arguments,
        TextWriter output,
        TextWriter error,
        CancellationToken cancellation = default
    )
    {
        if (KeysCommand.Parse(arguments) is not { } command)
        {
            await error.WriteLineAsync($"laddermill keys: {How}");
            return Usage;
        }
        try
        {
            var path = Path.GetFullPath(command.Config);
            var setup = ServerOptionsReader.Read(
                await File.ReadAllTextAsync(path, cancellation),
                Path.GetDirectoryName(path)!,
                Environment.GetEnvironmentVariable
            );
            await using var services = Services(setup);
            await LedgerSetup.MigrateAsync(
                services.GetRequiredService<IDbContextFactory<LedgerContext>>(),
                cancellation
            );
            var keys = services.GetRequiredService<ApiKeys>();
            return await RunAsync(command, keys, output, error, cancellation);
        }
        catch (ConfigurationException wrong)
        {
            foreach (var problem in wrong.Problems)
            {
                await error.WriteLineAsync($"{command.Config}: {problem}");
            }
            return Usage;
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync(
                $"laddermill keys: the configuration cannot be read: {missing.Message} Name it with --config FILE."
            );
            return Usage;
        }
        catch (DbException wrong)
        {
            await error.WriteLineAsync(
                $"laddermill keys: the ledger cannot be opened: {wrong.Message}"
            );
            return Failed;
        }
    }

    private static async Task<int> RunAsync(
        KeysCommand command,
        ApiKeys keys,
        TextWriter output,
        TextWriter error,
        CancellationToken cancellation
    )
    {
        switch (command.Verb)
        {
            case "create":
                var problem =
                    ApiKeys.NameProblem(command.Name)
                    ?? (
                        Scopes.Parse(command.Scope) is null
                            ? $"--scope must be one of {string.Join(", ", Scopes.Names)}."
                            : null
                    );
                if (problem is not null)
                {
                    await error.WriteLineAsync($"laddermill keys create: {problem}");
                    return Usage;
                }
                var (key, made) = await keys.CreateAsync(
                    command.Name!,
                    Scopes.Parse(command.Scope)!.Value,
                    cancellation
                );
                await error.WriteLineAsync(
                    $"Key {made.Id} ({Scopes.NameOf(made.Scope)}) for {made.Name}. It is not shown again:"
                );
                await output.WriteLineAsync(key);
                return Done;
            case "list":
                await ListAsync(await keys.ListAsync(cancellation), command.IsJson, output, error);
                return Done;
            default:
                var isThere = await keys.RevokeAsync(command.Id!, cancellation);
                await error.WriteLineAsync(
                    isThere
                        ? $"Key {command.Id} opens nothing any more."
                        : $"laddermill keys revoke: there is no key '{command.Id}'; 'laddermill keys list' shows them."
                );
                return isThere ? Done : Failed;
        }
    }

    private static async Task ListAsync(
        List<KeyView> all,
        bool isJson,
        TextWriter output,
        TextWriter error
    )
    {
        if (isJson)
        {
            await output.WriteLineAsync(
                JsonSerializer.Serialize(all, KeysJson.Default.ListKeyView)
            );
            return;
        }
        foreach (var key in all)
        {
            var used = key.LastUsed is { } last ? $"used {last:yyyy-MM-dd HH:mm}Z" : "never used";
            var state = key.Revoked is { } since ? $"revoked {since:yyyy-MM-dd HH:mm}Z" : used;
            await error.WriteLineAsync(
                $"{key.Id}  {Scopes.NameOf(key.Scope), -6}  {state, -25}  {key.Name}"
            );
        }
        if (all.Count == 0)
        {
            await error.WriteLineAsync("There are no keys.");
        }
    }

    private static ServiceProvider Services(ServerSetup setup) =>
        new ServiceCollection()
            .AddLogging()
            .AddSingleton(TimeProvider.System)
            .AddMetrics()
            .AddSingleton<Instruments>()
            .AddLedger(setup.IsPostgres, setup.LedgerConnection)
            .AddSingleton<ApiKeys>()
            .BuildServiceProvider();
}

/// <summary>What was written behind <c>keys</c>.</summary>
internal sealed record KeysCommand(
    string Verb,
    string? Id,
    string Config,
    string? Name,
    string? Scope,
    bool IsJson
)
{
    /// <summary>Null when it makes no sense.</summary>
    public static KeysCommand? Parse(string[] arguments)
    {
        if (arguments is not [("create" or "list" or "revoke") and var verb, .. var rest])
        {
            return null;
        }
        var command = new KeysCommand(verb, null, "laddermill.json", null, null, false);
        for (var index = 0; index < rest.Length; index++)
        {
            var value = index + 1 < rest.Length ? rest[index + 1] : null;
            switch (rest[index], verb)
            {
                case ("--config", _) when value is not null:
                    command = command with { Config = rest[++index] };
                    break;
                case ("--name", "create") when value is not null:
                    command = command with { Name = rest[++index] };
                    break;
                case ("--scope", "create") when value is not null:
                    command = command with { Scope = rest[++index] };
                    break;
                case ("--json", "list"):
                    command = command with { IsJson = true };
                    break;
                case (var id, "revoke") when command.Id is null && !id.StartsWith('-'):
                    command = command with { Id = id };
                    break;
                default:
                    return null;
            }
        }
        return command is { Verb: "revoke", Id: null } ? null : command;
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true
)]
[JsonSerializable(typeof(List<KeyView>))]
internal sealed partial class KeysJson : JsonSerializerContext;
