using System.Net.Http.Headers;
using Laddermill.Server.Security;
using Microsoft.Extensions.DependencyInjection;

namespace Laddermill.Server.Tests.TestServers;

/// <summary>Servers that ask for keys.</summary>
internal static class KeptServer
{
    /// <summary>Configuration that asks for keys on loopback too.</summary>
    public const string Configuration =
        ServerUnderTest.OnePipeline
        + """
            , "access": { "required": true, "requestsPerSecond": 0 }
            """;

    public static Task<(string Key, KeyView View)> KeyAsync(
        this ServerUnderTest server,
        Scope scope
    ) =>
        server
            .Services.GetRequiredService<ApiKeys>()
            .CreateAsync("somebody", scope, TestContext.Current.CancellationToken);

    /// <param name="key">Null: without one.</param>
    public static async Task<HttpResponseMessage> SendAsync(
        this ServerUnderTest server,
        HttpMethod method,
        string path,
        string? key = null,
        HttpContent? content = null,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        // The body of what streams for ever is not waited for.
        return await server.Client.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken
        );
    }
}
