using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Laddermill.Storage.Oci;

namespace Laddermill.Engines.OciContainerInstances;

/// <summary>The requests that we make of Container Instances, API of 20210415.</summary>
internal sealed class ContainerInstancesClient(OciClient client) : IDisposable
{
    private const string Base = "/20210415";

    /// <param name="retryToken">The same token makes the same instance, for a day.</param>
    public Task<Instance> CreateAsync(
        CreateInstance instance,
        string retryToken,
        CancellationToken cancellation
    ) =>
        SendAsync(
            new OciRequest(HttpMethod.Post, $"{Base}/containerInstances")
            {
                Body = JsonSerializer.SerializeToUtf8Bytes(
                    instance,
                    ContainerInstanceJson.Default.CreateInstance
                ),
                Headers = [("opc-retry-token", retryToken)],
            },
            ContainerInstanceJson.Default.Instance,
            cancellation
        );

    public Task<Instance> GetAsync(string id, CancellationToken cancellation) =>
        SendAsync(
            new OciRequest(HttpMethod.Get, Path("containerInstances", id)),
            ContainerInstanceJson.Default.Instance,
            cancellation
        );

    public Task<Container> GetContainerAsync(string id, CancellationToken cancellation) =>
        SendAsync(
            new OciRequest(HttpMethod.Get, Path("containers", id)),
            ContainerInstanceJson.Default.Container,
            cancellation
        );

    public async Task<(IReadOnlyList<Instance> Found, string? Next)> ListAsync(
        string compartment,
        string displayName,
        string? page,
        CancellationToken cancellation
    )
    {
        var target =
            $"{Base}/containerInstances?compartmentId={Uri.EscapeDataString(compartment)}&displayName={Uri.EscapeDataString(displayName)}&limit=1000"
            + (page is null ? "" : $"&page={Uri.EscapeDataString(page)}");
        using var answer = await client
            .SendAsync(new OciRequest(HttpMethod.Get, target), cancellation)
            .ConfigureAwait(false);
        var list = await ReadAsync(answer, ContainerInstanceJson.Default.InstanceList, cancellation)
            .ConfigureAwait(false);
        return (list.Items, OciClient.Header(answer, "opc-next-page"));
    }

    /// <summary>At most the last 256 KB.</summary>
    public async Task<string> RetrieveLogsAsync(string container, CancellationToken cancellation)
    {
        using var answer = await client
            .SendAsync(
                new OciRequest(
                    HttpMethod.Post,
                    Path("containers", container) + "/actions/retrieveLogs"
                )
                {
                    Body = ReadOnlyMemory<byte>.Empty,
                },
                cancellation
            )
            .ConfigureAwait(false);
        return Encoding.UTF8.GetString(
            await answer.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false)
        );
    }

    public async Task DeleteAsync(string id, CancellationToken cancellation)
    {
        using var answer = await client
            .SendAsync(
                new OciRequest(HttpMethod.Delete, Path("containerInstances", id)),
                cancellation
            )
            .ConfigureAwait(false);
    }

    public void Dispose() => client.Dispose();

    private static string Path(string kind, string id) =>
        $"{Base}/{kind}/{Uri.EscapeDataString(id)}";

    private async Task<T> SendAsync<T>(
        OciRequest request,
        JsonTypeInfo<T> type,
        CancellationToken cancellation
    )
    {
        using var answer = await client.SendAsync(request, cancellation).ConfigureAwait(false);
        return await ReadAsync(answer, type, cancellation).ConfigureAwait(false);
    }

    private static async Task<T> ReadAsync<T>(
        HttpResponseMessage answer,
        JsonTypeInfo<T> type,
        CancellationToken cancellation
    )
    {
        try
        {
            return JsonSerializer.Deserialize(
                    await answer.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false),
                    type
                ) ?? throw new JsonException();
        }
        catch (JsonException e)
        {
            throw new HttpRequestException(
                "the service's answer is not the JSON that it should be",
                e,
                HttpStatusCode.OK
            );
        }
    }
}
