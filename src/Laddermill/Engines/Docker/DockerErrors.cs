using System.Net.Sockets;
using System.Text.Json;
using Docker.DotNet;

namespace Laddermill.Engines.Docker;

/// <summary>What the Docker Engine, or the way to it, says when something cannot be done.</summary>
internal static class DockerErrors
{
    /// <summary>Whether it is one that the client throws, be it for a refusal or for a broken connection.</summary>
    public static bool IsOurs(Exception e, CancellationToken cancellation) =>
        e
            is DockerApiException
                or HttpRequestException
                or SocketException
                or IOException
                or TimeoutException
                // Of several addresses of a host.
                or AggregateException { InnerException: SocketException }
        || (e is OperationCanceledException && !cancellation.IsCancellationRequested);

    /// <param name="doing">What could not be done, such as "start container x".</param>
    public static EngineException Failed(string doing, DockerOptions options, Exception e) =>
        e switch
        {
            DockerImageNotFoundException => new(
                $"Cannot {doing}: the Docker Engine at {options.Endpoint} has no image {options.Image}. Build it there (deploy/build), or pull it (docker pull {options.Image}).",
                e
            ),
            DockerApiException refusal => new(
                $"Cannot {doing}: the Docker Engine at {options.Endpoint} answered {(int)refusal.StatusCode}: {Words(refusal)}",
                e
            ),
            _ => new(
                $"Cannot {doing}: the Docker Engine at {options.Endpoint} cannot be reached ({Reason(options, e)}). See that it runs and that this user may use it (Debian: systemctl start docker, group docker).",
                e
            ),
        };

    /// <summary>Docker says {"message":"…"}.</summary>
    private static string Words(DockerApiException refusal)
    {
        var body = refusal.ResponseBody ?? "";
        try
        {
            using var answer = JsonDocument.Parse(body);
            return answer.RootElement.GetProperty("message").GetString() ?? body;
        }
        // It was something else that answered.
        catch (Exception e)
            when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return body;
        }
    }

    private static string Reason(DockerOptions options, Exception e) =>
        // The system's own word for it is misleading.
        new Uri(options.Endpoint)
            is { Scheme: "unix", LocalPath: var socket }
        && !File.Exists(socket)
            ? "there is no such socket"
            : (e.InnerException ?? e).Message.TrimEnd('.');
}
