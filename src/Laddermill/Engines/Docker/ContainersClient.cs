using System.Net;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Laddermill.Engines.Docker;

/// <summary>
/// The requests that we make of a Docker Engine. What is not there, or is not ours, is null or false; every other refusal and every broken connection is an
/// <see cref="EngineException"/>.
/// </summary>
internal sealed class ContainersClient(DockerOptions options, TimeProvider time) : IDisposable
{
    private readonly DockerClient client = new DockerClientBuilder()
        .WithEndpoint(new Uri(options.Endpoint))
        .Build();

    /// <exception cref="EngineException">There is no such image.</exception>
    public Task CheckImageAsync(CancellationToken cancellation) =>
        AskAsync(
            "find the image of workers",
            () => client.Images.InspectImageAsync(options.Image, cancellation),
            cancellation
        );

    /// <returns>Bytes of the engine's machine.</returns>
    public Task<long> MemoryAsync(CancellationToken cancellation) =>
        AskAsync(
            "measure the machine's memory",
            async () =>
                (
                    await client.System.GetSystemInfoAsync(cancellation).ConfigureAwait(false)
                ).MemTotal,
            cancellation
        );

    public Task<EngineRun?> FindAsync(string id, CancellationToken cancellation) =>
        AskAsync(
            $"look at container {id}",
            async () =>
                WorkerContainer.Read(
                    options,
                    await client
                        .Containers.InspectContainerAsync(id, cancellation)
                        .ConfigureAwait(false),
                    time.GetUtcNow()
                ),
            cancellation
        );

    /// <param name="all">Those that do not run, too.</param>
    public async Task<IReadOnlyList<EngineRun>> ListAsync(bool all, CancellationToken cancellation)
    {
        var filters = new Dictionary<string, IDictionary<string, bool>>
        {
            ["label"] = new Dictionary<string, bool>
            {
                [$"{WorkerContainer.OwnerLabel}={options.Owner}"] = true,
            },
        };
        var found = await AskAsync(
                "list containers",
                () =>
                    client.Containers.ListContainersAsync(
                        new ContainersListParameters { All = all, Filters = filters },
                        cancellation
                    ),
                cancellation
            )
            .ConfigureAwait(false);
        return
        [
            .. from container in found ?? []
            let run = WorkerContainer.Read(options, container)
            where run is not null
            select run,
        ];
    }

    /// <returns>False when there is one of this name.</returns>
    public Task<bool> CreateAsync(
        CreateContainerParameters container,
        CancellationToken cancellation
    ) =>
        AskAsync(
            $"make container {container.Name}",
            async () =>
            {
                try
                {
                    await client
                        .Containers.CreateContainerAsync(container, cancellation)
                        .ConfigureAwait(false);
                    return true;
                }
                catch (DockerApiException taken) when (taken.StatusCode == HttpStatusCode.Conflict)
                {
                    return false;
                }
            },
            cancellation
        );

    /// <summary>Starts one that was made. When Docker refuses that, it is removed: it will never start.</summary>
    public Task StartAsync(string id, CancellationToken cancellation) =>
        AskAsync(
            $"start container {id}",
            async () =>
            {
                try
                {
                    return await client
                        .Containers.StartContainerAsync(
                            id,
                            new ContainerStartParameters(),
                            cancellation
                        )
                        .ConfigureAwait(false);
                }
                catch (DockerApiException refusal)
                {
                    await RemoveAsync(id, CancellationToken.None).ConfigureAwait(false);
                    throw DockerErrors.Failed($"start container {id}", options, refusal);
                }
            },
            cancellation
        );

    /// <summary>Waits for the end of one that runs.</summary>
    public Task WaitAsync(string id, CancellationToken cancellation) =>
        AskAsync(
            $"wait for container {id}",
            () => client.Containers.WaitContainerAsync(id, cancellation),
            cancellation
        );

    public Task<MultiplexedStream?> OpenLogAsync(
        string id,
        ContainerLogsParameters parameters,
        CancellationToken cancellation
    ) =>
        AskAsync(
            $"read the log of container {id}",
            () => client.Containers.GetContainerLogsAsync(id, parameters, cancellation),
            cancellation
        );

    /// <summary>Reads an open log to its end.</summary>
    /// <param name="put">Gets each piece, and whether it was written as an error.</param>
    public Task ReadLogAsync(
        string id,
        MultiplexedStream log,
        Action<bool, ReadOnlySpan<byte>> put,
        CancellationToken cancellation
    ) =>
        AskAsync(
            $"read the log of container {id}",
            async () =>
            {
                var buffer = new byte[16 * 1024];
                while (
                    await log.ReadOutputAsync(buffer, 0, buffer.Length, cancellation)
                        .ConfigureAwait(false)
                        is { EOF: false } read
                )
                {
                    put(
                        read.Target == MultiplexedStream.TargetStream.StandardError,
                        buffer.AsSpan(0, read.Count)
                    );
                }
                return true;
            },
            cancellation
        );

    /// <summary>Asks it to end (SIGTERM), and kills it when it has not done so in time.</summary>
    public Task StopAsync(string id, TimeSpan grace, CancellationToken cancellation) =>
        AskAsync(
            $"stop container {id}",
            () =>
                client.Containers.StopContainerAsync(
                    id,
                    new ContainerStopParameters
                    {
                        WaitBeforeKillSeconds = (uint)Math.Ceiling(grace.TotalSeconds),
                    },
                    cancellation
                ),
            cancellation
        );

    public Task RemoveAsync(string id, CancellationToken cancellation) =>
        AskAsync(
            $"remove container {id}",
            async () =>
            {
                try
                {
                    await client
                        .Containers.RemoveContainerAsync(
                            id,
                            new ContainerRemoveParameters { Force = true, RemoveVolumes = true },
                            cancellation
                        )
                        .ConfigureAwait(false);
                }
                // Somebody else removes it at this moment.
                catch (DockerApiException going) when (going.StatusCode == HttpStatusCode.Conflict)
                { }
                return true;
            },
            cancellation
        );

    public void Dispose() => client.Dispose();

    private async Task<T?> AskAsync<T>(
        string doing,
        Func<Task<T>> ask,
        CancellationToken cancellation
    )
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (DockerApiException gone)
            when (gone.StatusCode == HttpStatusCode.NotFound
                && gone is not DockerImageNotFoundException
            )
        {
            return default;
        }
        catch (Exception e) when (DockerErrors.IsOurs(e, cancellation))
        {
            throw DockerErrors.Failed(doing, options, e);
        }
    }
}
