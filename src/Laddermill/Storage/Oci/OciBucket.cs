using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Laddermill.Storage.Oci;

/// <summary>One bucket's requests and where they go.</summary>
/// <param name="given">The namespace when the address names it; else it is looked up once.</param>
internal sealed class OciBucket(OciClient client, string bucket, string? given) : IDisposable
{
    private string? known = given;

    /// <summary>The namespace, once it is known.</summary>
    public string? KnownNamespace => known;

    public async ValueTask<string> NamespaceAsync(CancellationToken cancellation)
    {
        if ((known ??= client.Namespace) is { } found)
            return found;
        using var answer = await client
            .SendAsync(new OciRequest(HttpMethod.Get, "/n"), cancellation)
            .ConfigureAwait(false);
        return client.Namespace = known =
            await ReadAsync(answer, OciJson.Default.String, cancellation).ConfigureAwait(false);
    }

    /// <summary>Sends <paramref name="request"/>, whose target is relative to the bucket's.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        OciRequest request,
        CancellationToken cancellation
    )
    {
        var ns = await NamespaceAsync(cancellation).ConfigureAwait(false);
        var target =
            $"/n/{Uri.EscapeDataString(ns)}/b/{Uri.EscapeDataString(bucket)}{request.Target}";
        return await client
            .SendAsync(request with { Target = target }, cancellation)
            .ConfigureAwait(false);
    }

    /// <summary>Sends a POST or GET and reads the JSON that it answers.</summary>
    public async Task<T> SendAsync<T>(
        OciRequest request,
        JsonTypeInfo<T> type,
        CancellationToken cancellation
    )
    {
        using var answer = await SendAsync(request, cancellation).ConfigureAwait(false);
        return await ReadAsync(answer, type, cancellation).ConfigureAwait(false);
    }

    /// <summary>The target of an object, its name encoded as one part.</summary>
    public static string Object(string key) => $"/o/{Uri.EscapeDataString(key)}";

    public void Dispose() => client.Dispose();

    private static async Task<T> ReadAsync<T>(
        HttpResponseMessage answer,
        JsonTypeInfo<T> type,
        CancellationToken cancellation
    )
    {
        var bytes = await answer.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
        try
        {
            return JsonSerializer.Deserialize(bytes, type) ?? throw new JsonException();
        }
        catch (JsonException e)
        {
            throw new HttpRequestException(
                "the server's answer is not the JSON that it should be",
                e
            );
        }
    }
}
