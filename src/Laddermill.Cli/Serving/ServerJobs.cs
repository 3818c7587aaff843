using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Laddermill.Cli.Serving;

/// <summary>A server's jobs.</summary>
internal sealed class ServerJobs(ServerClient client, TimeProvider time)
{
    private const int IdLength = 26;
    private const int MostInPage = 500;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    public ServerClient Client => client;

    /// <summary>Newest first, page after page until there are as many as wanted.</summary>
    /// <param name="query">What to list, as parts of an address: <c>state=failed</c>.</param>
    /// <param name="most">Null: all.</param>
    public async Task<List<JsonNode>> ListAsync(
        IEnumerable<string> query,
        int? most,
        CancellationToken cancellation
    )
    {
        var found = new List<JsonNode>();
        string? cursor = null;
        do
        {
            var limit = Math.Min(MostInPage, (most ?? int.MaxValue) - found.Count);
            var parts = query.Append($"limit={limit}");
            var page = await client.GetAsync(
                "jobs?" + string.Join('&', cursor is null ? parts : parts.Append(cursor)),
                cancellation
            );
            found.AddRange((page["items"] as JsonArray ?? []).OfType<JsonNode>());
            cursor = (string?)page["next"] is { } next ? Part("cursor", next) : null;
        } while (cursor is not null && (most is null || found.Count < most));
        return found;
    }

    /// <param name="id">A job's id, or its beginning where no other begins so.</param>
    /// <exception cref="UsageException">There is none, or several.</exception>
    public async Task<string> ResolveAsync(string id, CancellationToken cancellation)
    {
        if (id.Length == IdLength)
        {
            return id;
        }
        var all = id.Length == 0 ? [] : await ListAsync([Part("search", id)], null, cancellation);
        List<string> ids =
        [
            .. all.Select(job => (string)job["id"]!)
                .Where(known => known.StartsWith(id, StringComparison.Ordinal)),
        ];
        return ids switch
        {
            [var only] => only,
            [] => throw new UsageException($"there is no job whose id begins with '{id}'."),
            _ => throw new UsageException(
                $"the ids of {ids.Count} jobs begin with '{id}': {string.Join(", ", ids.Take(5))}. Write more of it."
            ),
        };
    }

    /// <param name="id">The whole id.</param>
    public Task<JsonNode> GetAsync(string id, CancellationToken cancellation) =>
        client.GetAsync($"jobs/{Uri.EscapeDataString(id)}", cancellation);

    public Task<JsonNode> AttemptsAsync(string id, CancellationToken cancellation) =>
        client.GetAsync($"jobs/{Uri.EscapeDataString(id)}/attempts", cancellation);

    /// <summary>The last that a worker wrote.</summary>
    /// <param name="attempt">Null: the last one.</param>
    public Task<string> LogAsync(string id, int? attempt, CancellationToken cancellation) =>
        client.GetTextAsync(
            $"jobs/{Uri.EscapeDataString(id)}/log"
                + (attempt is { } number ? Words.Invariant($"?attempt={number}") : ""),
            cancellation
        );

    public Task<JsonNode> RetryAsync(string id, bool force, CancellationToken cancellation) =>
        client.PostAsync(
            $"jobs/{Uri.EscapeDataString(id)}/retry{(force ? "?force=true" : "")}",
            null,
            cancellation
        );

    public Task<JsonNode> CancelAsync(string id, CancellationToken cancellation) =>
        client.PostAsync($"jobs/{Uri.EscapeDataString(id)}/cancel", null, cancellation);

    public Task<JsonNode> SubmitAsync(WantedJob wanted, CancellationToken cancellation) =>
        client.PostAsync(
            "jobs",
            JsonSerializer.Serialize(wanted, ServerJson.Default.WantedJob),
            cancellation
        );

    /// <summary>Looks at a job each second until it is over.</summary>
    public async Task<JsonNode> WaitAsync(
        string id,
        Action<ServerJob> tell,
        CancellationToken cancellation
    )
    {
        while (true)
        {
            var json = await GetAsync(id, cancellation);
            var job = Read(json);
            tell(job);
            if (job.IsOver)
            {
                return json;
            }
            await Task.Delay(Look, time, cancellation);
        }
    }

    /// <exception cref="ServerException">It is no job.</exception>
    public ServerJob Read(JsonNode job)
    {
        try
        {
            return job.Deserialize(ServerJson.Default.ServerJob)!;
        }
        catch (JsonException wrong)
        {
            throw NotOurs(wrong);
        }
    }

    /// <exception cref="ServerException">They are none.</exception>
    public ImmutableArray<ServerAttempt> ReadAttempts(JsonNode attempts)
    {
        try
        {
            return attempts.Deserialize(ServerJson.Default.ImmutableArrayServerAttempt);
        }
        catch (JsonException wrong)
        {
            throw NotOurs(wrong);
        }
    }

    /// <summary>A part of an address's query.</summary>
    public static string Part(string name, string value) => $"{name}={Uri.EscapeDataString(value)}";

    private ServerException NotOurs(JsonException wrong) =>
        new(
            $"the server at {client.Server} tells of jobs in a way that this program does not know: {wrong.Message}",
            wrong
        );
}
