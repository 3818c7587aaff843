using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Laddermill.Engines.Docker;

/// <summary>
/// Runs each attempt in a container of its own, without privileges, on a Docker Engine. Containers go on when we end, and are found again by their labels.
/// </summary>
/// <param name="options">Those without <see cref="DockerOptions.Problems"/>.</param>
public sealed class DockerEngine(DockerOptions options, TimeProvider time) : IEngine, IDisposable
{
    /// <summary>Of a log: more than is kept of it.</summary>
    private const string TailLines = "2000";

    /// <summary>Between two looks at what is about to change.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    private readonly ContainersClient client = new(options, time);
    private readonly SemaphoreSlim starting = new(1);

    /// <summary>What would keep every run from being started, each in one sentence; none: containers can be made.</summary>
    public async Task<IReadOnlyList<string>> FindObstaclesAsync(CancellationToken cancellation)
    {
        try
        {
            await client.CheckImageAsync(cancellation).ConfigureAwait(false);
            return [];
        }
        catch (EngineException obstacle)
        {
            return [obstacle.Message];
        }
    }

    public async Task<EngineRun> StartAsync(EngineWork work, CancellationToken cancellation)
    {
        var name = WorkerContainer.Name(options, work);
        // One after the other, so that room is not given away twice.
        await starting.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var run = await client.FindAsync(name, cancellation).ConfigureAwait(false);
            if (run is null)
            {
                await CheckRoomAsync(cancellation).ConfigureAwait(false);
                run = await CreateAsync(work, cancellation).ConfigureAwait(false);
            }
            if (run.State != EngineState.Starting)
            {
                return run;
            }
            await client.StartAsync(name, cancellation).ConfigureAwait(false);
            return await client.FindAsync(name, cancellation).ConfigureAwait(false)
                // Somebody has removed it already.
                ?? run with
                {
                    State = EngineState.Ended,
                };
        }
        finally
        {
            starting.Release();
        }
    }

    public Task<EngineRun?> LookAsync(string id, CancellationToken cancellation) =>
        client.FindAsync(id, cancellation);

    public async IAsyncEnumerable<EngineRun> ListAsync(
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        foreach (var run in await client.ListAsync(all: true, cancellation).ConfigureAwait(false))
        {
            yield return run;
        }
    }

    public async Task<EngineRun?> WaitAsync(string id, CancellationToken cancellation)
    {
        EngineRun? run;
        while (
            (run = await client.FindAsync(id, cancellation).ConfigureAwait(false))
                is { State: not EngineState.Ended }
        )
        {
            // Docker takes one that has not begun for one that has ended.
            await (
                run.State == EngineState.Starting
                    ? Task.Delay(LookEvery, time, cancellation)
                    : client.WaitAsync(id, cancellation)
            ).ConfigureAwait(false);
        }
        return run;
    }

    public async Task<string> ReadLogAsync(string id, CancellationToken cancellation)
    {
        var (output, errors) = (new OutputLines(), new OutputLines());
        var wanted = new ContainerLogsParameters
        {
            ShowStdout = true,
            ShowStderr = true,
            Tail = TailLines,
        };
        using var log = await OpenLogAsync(id, wanted, cancellation).ConfigureAwait(false);
        await PumpAsync(id, log, output, errors, cancellation).ConfigureAwait(false);
        return string.Join('\n', [.. output.Last, .. errors.Last]);
    }

    public async IAsyncEnumerable<string> FollowAsync(
        string id,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var wanted = new ContainerLogsParameters { ShowStdout = true, Follow = true };
        using var log = await OpenLogAsync(id, wanted, cancellation).ConfigureAwait(false);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var output = new OutputLines();
        var pumping = PumpAsync(id, log, output, output, stop.Token);
        try
        {
            await foreach (var line in output.FollowAsync(cancellation).ConfigureAwait(false))
            {
                yield return line;
            }
            await pumping.ConfigureAwait(false);
        }
        finally
        {
            // The reader may have had enough.
            await stop.CancelAsync().ConfigureAwait(false);
            await pumping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public async Task RemoveAsync(string id, CancellationToken cancellation)
    {
        // What is not ours is not there.
        if (await client.FindAsync(id, cancellation).ConfigureAwait(false) is null)
        {
            return;
        }
        await client.StopAsync(id, options.Grace, cancellation).ConfigureAwait(false);
        await client.RemoveAsync(id, cancellation).ConfigureAwait(false);
        while (await client.FindAsync(id, cancellation).ConfigureAwait(false) is not null)
        {
            await Task.Delay(LookEvery, time, cancellation).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        client.Dispose();
        starting.Dispose();
    }

    /// <returns>What was made, or what somebody else made of the same work in this moment.</returns>
    private async Task<EngineRun> CreateAsync(EngineWork work, CancellationToken cancellation)
    {
        var passed = options
            .Environment.Select(variable =>
                (Name: variable, Value: Environment.GetEnvironmentVariable(variable))
            )
            .Where(variable => variable.Value is not null)
            .ToImmutableSortedDictionary(variable => variable.Name, variable => variable.Value!);
        var name = WorkerContainer.Name(options, work);
        var wanted = WorkerContainer.Describe(options, work, passed);
        return await client.CreateAsync(wanted, cancellation).ConfigureAwait(false)
            ? new EngineRun(name, work.Job, work.Attempt, EngineState.Starting)
            : await client.FindAsync(name, cancellation).ConfigureAwait(false)
                ?? throw new EngineException(
                    $"Cannot make container {name}: the Docker Engine at {options.Endpoint} has one of this name that is not ours. Remove or rename it."
                );
    }

    /// <exception cref="EngineFullException">There is none.</exception>
    private async Task CheckRoomAsync(CancellationToken cancellation)
    {
        var running = (
            await client.ListAsync(all: false, cancellation).ConfigureAwait(false)
        ).Count;
        if (options.Slots is { } slots)
        {
            if (running >= slots)
            {
                throw new EngineFullException(
                    $"There is no room for another worker: {running} run on the Docker Engine at {options.Endpoint}, as many as may."
                );
            }
        }
        else if (
            await client.MemoryAsync(cancellation).ConfigureAwait(false) is var memory
            && running >= Math.Max(1, memory / options.MemoryBytes)
        )
        {
            throw new EngineFullException(
                $"There is no room for another worker: {running} of {options.MemoryBytes >> 20} MiB each run on the Docker Engine at {options.Endpoint}, whose machine has {memory >> 20} MiB."
            );
        }
    }

    /// <returns>Null when there is no such run.</returns>
    private async Task<MultiplexedStream?> OpenLogAsync(
        string id,
        ContainerLogsParameters wanted,
        CancellationToken cancellation
    ) =>
        await client.FindAsync(id, cancellation).ConfigureAwait(false) is null
            ? null
            : await client.OpenLogAsync(id, wanted, cancellation).ConfigureAwait(false);

    private async Task PumpAsync(
        string id,
        MultiplexedStream? log,
        OutputLines output,
        OutputLines errors,
        CancellationToken cancellation
    )
    {
        try
        {
            if (log is not null)
            {
                await client.ReadLogAsync(id, log, Put, cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            output.End();
        }

        void Put(bool isError, ReadOnlySpan<byte> bytes) =>
            (isError ? errors : output).Append(bytes);
    }
}
