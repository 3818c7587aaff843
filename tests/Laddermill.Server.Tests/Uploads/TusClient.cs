using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Laddermill.Server.Tests.TestServers;

namespace Laddermill.Server.Tests.Uploads;

/// <summary>Says tus to a server, header by header.</summary>
internal static class TusClient
{
    public static async Task<HttpResponseMessage> BeginAsync(
        this ServerUnderTest server,
        string name,
        long size,
        string metadata = "",
        string? key = null,
        params (string, string)[] headers
    ) =>
        await server.SendAsync(
            HttpMethod.Post,
            "/uploads",
            key,
            null,
            [
                ("Tus-Resumable", "1.0.0"),
                ("Upload-Length", size.ToString(CultureInfo.InvariantCulture)),
                (
                    "Upload-Metadata",
                    $"filename {Convert.ToBase64String(Encoding.UTF8.GetBytes(name))}{metadata}"
                ),
                .. headers,
            ]
        );

    /// <summary>Begins an upload, which must be taken, and gives its address.</summary>
    public static async Task<string> BegunAsync(
        this ServerUnderTest server,
        string name,
        long size,
        string metadata = ""
    )
    {
        using var answer = await server.BeginAsync(name, size, metadata);
        Assert.True(
            answer.IsSuccessStatusCode,
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
        );
        return answer.Headers.Location!.ToString();
    }

    public static Task<HttpResponseMessage> AppendAsync(
        this ServerUnderTest server,
        string address,
        long offset,
        HttpContent body
    )
    {
        body.Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");
        return server.SendAsync(
            HttpMethod.Patch,
            address,
            null,
            body,
            ("Tus-Resumable", "1.0.0"),
            ("Upload-Offset", offset.ToString(CultureInfo.InvariantCulture))
        );
    }

    /// <summary>Adds bytes, which must be taken, and gives the new offset.</summary>
    public static async Task<long> AppendedAsync(
        this ServerUnderTest server,
        string address,
        long offset,
        byte[] content
    )
    {
        using var answer = await server.AppendAsync(address, offset, new ByteArrayContent(content));
        Assert.True(
            answer.IsSuccessStatusCode,
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
        );
        return OffsetOf(answer);
    }

    public static async Task<long> OffsetAsync(this ServerUnderTest server, string address)
    {
        using var answer = await server.SendAsync(
            HttpMethod.Head,
            address,
            headers: ("Tus-Resumable", "1.0.0")
        );
        Assert.True(answer.IsSuccessStatusCode, answer.StatusCode.ToString());
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        return OffsetOf(answer);
    }

    /// <summary>Waits until an upload has a job, and gives the job's end.</summary>
    public static async Task<JsonNode> JobOfAsync(this ServerUnderTest server, string address)
    {
        while (true)
        {
            if ((string?)(await server.GetAsync(address))["job"] is { } job)
            {
                return await server.EndOfAsync(job);
            }
            await Task.Delay(
                TimeSpan.FromMilliseconds(20),
                TimeProvider.System,
                TestContext.Current.CancellationToken
            );
        }
    }

    public static async Task<string> DetailAsync(HttpResponseMessage answer) =>
        (string)
            JsonNode.Parse(
                await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
            )!["detail"]!;

    private static long OffsetOf(HttpResponseMessage answer) =>
        long.Parse(
            answer.Headers.GetValues("Upload-Offset").Single(),
            CultureInfo.InvariantCulture
        );
}
