using System.Net.Sockets;
using System.Text;
using Laddermill.OciStandIn.Containers;

namespace Laddermill.OciStandIn.Functions;

/// <summary>How one call of a function went, as its caller sees it.</summary>
/// <param name="Status">200, or 502 or 504 with an empty body.</param>
/// <param name="Problem">What the platform held against the function; null when nothing.</param>
public sealed record Invocation(int Status, string Body, string? Problem)
{
    public bool KeepsContainer { get; init; } = true;
}

/// <summary>
/// One container of a function, treated as Fn's agent treats it: the socket must appear in time and be a relative link to a socket; one call at a time on
/// one connection; any transport status but 200, 502 and 504 ends the container; between calls it is paused.
/// </summary>
public sealed class FunctionContainer : IAsyncDisposable
{
    private const int MaxPayload = 6 << 20;
    private const string SocketName = "lsnr.sock";
    private readonly Container process;
    private readonly DirectoryInfo folder;
    private readonly string link;
    private readonly HttpClient http;
    private readonly StringBuilder log = new();

    private FunctionContainer(Container process, DirectoryInfo folder, string link)
    {
        (this.process, this.folder, this.link) = (process, folder, link);
        http = new HttpClient(
            new SocketsHttpHandler
            {
                MaxConnectionsPerServer = 1,
                PooledConnectionIdleTimeout = TimeSpan.FromSeconds(1),
                ConnectCallback = async (_, token) =>
                {
                    var socket = new Socket(AddressFamily.Unix, SocketType.Stream, 0);
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(link), token);
                    return new NetworkStream(socket, ownsSocket: true);
                },
            }
        );
    }

    public int ProcessId => process.ProcessId;

    public bool HasEnded => process.HasEnded;

    /// <summary>From the start of the process until the socket was there.</summary>
    public TimeSpan ReadyAfter { get; private set; }

    public string Log
    {
        get
        {
            lock (log)
                return log.ToString();
        }
    }

    /// <param name="configuration">Environment variables of the function.</param>
    /// <exception cref="InvalidOperationException">The socket did not appear in time, or is not as it must be.</exception>
    public static Task<FunctionContainer> StartAsync(
        Image image,
        IEnumerable<(string Name, string Value)> configuration,
        TimeProvider time,
        CancellationToken cancellation
    ) => StartAsync(image, configuration, [], time, cancellation);

    internal static async Task<FunctionContainer> StartAsync(
        Image image,
        IEnumerable<(string Name, string Value)> configuration,
        IEnumerable<Mount> mounts,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        var folder = Directory.CreateTempSubdirectory("iofs-");
        // The container's user is another than ours.
        if (image is DockerImage)
            File.SetUnixFileMode(folder.FullName, (UnixFileMode)0b111_111_111);
        var shared = new Mount(folder.FullName, "/tmp/iofs", IsWritable: true);
        var link = Path.Combine(folder.FullName, SocketName);
        var setup = new ContainerSetup(
            folder.Name,
            [],
            [
                ("FN_LISTENER", $"unix:{image.Seen(shared)}/{SocketName}"),
                ("FN_FORMAT", "http-stream"),
                ("FN_FN_ID", "ocid1.fnfunc.oc1.iad.standin"),
                ("FN_APP_ID", "ocid1.fnapp.oc1.iad.standin"),
                ("FN_MEMORY", "256"),
                ("FN_TYPE", "sync"),
                ("FN_LOGFRAME_NAME", "Fn-Call"),
                ("FN_LOGFRAME_HDR", "Fn-Call-Id"),
                .. configuration,
            ],
            [shared, .. mounts]
        )
        {
            IsFunction = true,
        };
        using var created = new FileSystemWatcher(folder.FullName, Path.GetFileName(link));
        var appeared = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        created.Created += (_, _) => appeared.TrySetResult();
        created.EnableRaisingEvents = true;
        var began = time.GetTimestamp();
        var container = new FunctionContainer(image.Create(setup), folder, link);
        container.process.Start(container.Append);
        try
        {
            var ended = container.process.EndedAsync(cancellation);
            await Task.WhenAny(appeared.Task, ended)
                .WaitAsync(image.StartPatience, time, cancellation);
            container.ReadyAfter = time.GetElapsedTime(began);
            container.CheckSocket();
            return container;
        }
        catch (Exception e) when (e is TimeoutException or InvalidOperationException)
        {
            var told = container.Log;
            await container.DisposeAsync();
            throw new InvalidOperationException(
                $"FunctionInvokeContainerInitFail: {e.Message}\n{told}",
                e
            );
        }
    }

    /// <summary>Calls it, within <paramref name="timeout"/>.</summary>
    public async Task<Invocation> CallAsync(
        ReadOnlyMemory<byte> body,
        TimeSpan timeout,
        CancellationToken cancellation
    )
    {
        process.Resume();
        using var patience = new CancellationTokenSource(timeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            patience.Token,
            cancellation
        );
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://localhost/call")
        {
            Content = new ReadOnlyMemoryContent(body),
        };
        request.Headers.Add("Fn-Call-Id", Guid.NewGuid().ToString("n"));
        request.Headers.Add(
            "Fn-Deadline",
            (TimeProvider.System.GetUtcNow() + timeout).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null)
        );
        try
        {
            using var answer = await http.SendAsync(request, either.Token);
            var bytes = await answer.Content.ReadAsByteArrayAsync(either.Token);
            return ((int)answer.StatusCode, bytes.Length) switch
            {
                (200, <= MaxPayload) => new(200, Encoding.UTF8.GetString(bytes), null),
                (200, _) => new(502, "", "FunctionInvokeResponseBodyTooLarge"),
                (502, _) => new(502, "", "FunctionInvokeExecutionFailed"),
                (504, _) => new(504, "", "FunctionInvokeTimeout"),
                (var status, _) => new(502, "", $"invalid function response: status {status}")
                {
                    KeepsContainer = false,
                },
            };
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return new(504, "", "FunctionInvokeTimeout") { KeepsContainer = false };
        }
        catch (HttpRequestException e)
        {
            return new(502, "", $"FunctionInvokeExecutionFailed: {e.Message}")
            {
                KeepsContainer = false,
            };
        }
        finally
        {
            Pause();
        }
    }

    /// <summary>As between two calls: nothing of it runs.</summary>
    public void Pause() => process.Pause();

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await process.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private void Append(string line)
    {
        lock (log)
            log.AppendLine(line);
    }

    private void CheckSocket()
    {
        if (process.HasEnded)
            throw new InvalidOperationException(
                $"the function ended with exit code {process.ExitCode}"
            );
        var target = new FileInfo(link).LinkTarget;
        if (target is not null && (target.Contains('/') || target.Length == 0))
            throw new InvalidOperationException("the link does not lead to a socket beside it");
        var socket = target is null ? link : Path.Combine(folder.FullName, target);
        const UnixFileMode writable =
            UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
        if (!File.GetUnixFileMode(socket).HasFlag(writable))
            throw new InvalidOperationException("the socket is not writable for all");
    }
}
