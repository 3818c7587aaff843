using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Laddermill.Cli.Serving;

/// <summary>Asks a server. Answers stay JSON, so that programs get all that a server tells, known here or not.</summary>
internal sealed class ServerClient : IDisposable
{
    /// <summary>Where a server listens that was told nothing else.</summary>
    public const string DefaultAddress = "http://127.0.0.1:8480";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpClient http;

    /// <param name="key">Sent with each request; null where the server needs none.</param>
    public ServerClient(Uri server, string? key)
    {
        Server = server;
        http = new HttpClient(
            new SocketsHttpHandler
            {
                // A key belongs to one server.
                AllowAutoRedirect = false,
                UseProxy = !server.IsLoopback,
            }
        )
        {
            BaseAddress = server,
            Timeout = Patience,
            MaxResponseContentBufferSize = 64 << 20,
        };
        if (key is not null)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
    }

    public Uri Server { get; }

    public void Dispose() => http.Dispose();

    /// <summary>The whole address of what a server's answer links to.</summary>
    public string AddressOf(string link) => new Uri(Server, link).AbsoluteUri;

    /// <exception cref="ServerException">No answer, or the server fails.</exception>
    /// <exception cref="UsageException">The server refuses: the request, the key, or there is no such thing.</exception>
    public async Task<JsonNode> GetAsync(string path, CancellationToken cancellation) =>
        Json(await SendAsync(HttpMethod.Get, path, null, cancellation));

    /// <inheritdoc cref="GetAsync"/>
    public Task<string> GetTextAsync(string path, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Get, path, null, cancellation);

    /// <inheritdoc cref="GetAsync"/>
    /// <param name="body">JSON.</param>
    public async Task<JsonNode> PostAsync(
        string path,
        string? body,
        CancellationToken cancellation
    ) => Json(await SendAsync(HttpMethod.Post, path, body, cancellation));

    private async Task<string> SendAsync(
        HttpMethod method,
        string path,
        string? body,
        CancellationToken cancellation
    )
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }
        try
        {
            using var response = await http.SendAsync(request, cancellation);
            var text = await response.Content.ReadAsStringAsync(cancellation);
            return response.IsSuccessStatusCode ? text : throw Refusal(response.StatusCode, text);
        }
        catch (HttpRequestException trouble)
        {
            throw new ServerException(
                $"no server answers at {Server}: {trouble.Message.TrimEnd('.')}. Start one with 'laddermill serve', or name its address with --server.",
                trouble
            );
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new ServerException(
                $"the server at {Server} has not answered within {Patience.TotalSeconds:0} seconds; try again, or look at its log.",
                late
            );
        }
    }

    private JsonNode Json(string text)
    {
        try
        {
            return JsonNode.Parse(text) ?? throw new JsonException("it is null.");
        }
        catch (JsonException wrong)
        {
            throw new ServerException(
                $"what answers at {Server} is no server of Laddermill: {wrong.Message}",
                wrong
            );
        }
    }

    private Exception Refusal(HttpStatusCode status, string text)
    {
        var problem = ServerProblem.Parse(text);
        var said =
            problem?.Detail ?? problem?.Title ?? $"the server at {Server} answers {(int)status}.";
        return status switch
        {
            HttpStatusCode.Unauthorized => new UsageException(
                $"the server at {Server} wants a key that it knows: name the file that holds one with --key-file, or set {ServerChoice.KeyVariable}."
            ),
            HttpStatusCode.Forbidden => new UsageException(
                $"the server at {Server} does not allow that with this key: {said} Use a key with a wider scope."
            ),
            // Too many requests, or not in the state that it would have to be in: another time it may go right.
            HttpStatusCode.TooManyRequests or HttpStatusCode.Conflict => new ServerException(said),
            >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError =>
                new UsageException(said),
            _ => new ServerException(said),
        };
    }
}
