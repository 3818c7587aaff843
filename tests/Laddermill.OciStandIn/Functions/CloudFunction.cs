using System.Collections.Concurrent;
using Laddermill.OciStandIn.Identity;

namespace Laddermill.OciStandIn.Functions;

/// <summary>A function: containers that are started when there are none idle, and thrown away when they answer wrongly. Each acts as a resource principal.</summary>
public sealed class CloudFunction : IAsyncDisposable
{
    private readonly string[] command;
    private readonly IReadOnlyList<(string Name, string Value)> configuration;
    private readonly ConcurrentBag<FunctionContainer> idle = [];
    private readonly SemaphoreSlim slots;
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("fn-principal-");
    private readonly TimeProvider time;

    internal CloudFunction(
        string[] command,
        IReadOnlyList<(string Name, string Value)> configuration,
        int concurrency,
        Principals principals,
        TimeProvider time
    )
    {
        (this.command, this.time) = (command, time);
        slots = new SemaphoreSlim(concurrency, concurrency);
        principals
            .Tokens.Issue(TimeSpan.FromMinutes(15), "fnfunc", "ocid1.fnfunc.oc1.iad.standin")
            .WriteTo(folder.FullName);
        this.configuration = [.. Session.Variables(folder.FullName), .. configuration];
    }

    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How many containers were started, and how many thrown away.</summary>
    public int Started => started;

    public int Discarded => discarded;

    private int started;
    private int discarded;

    public async Task<Invocation> InvokeAsync(
        ReadOnlyMemory<byte> body,
        CancellationToken cancellation
    )
    {
        await slots.WaitAsync(cancellation);
        try
        {
            if (!idle.TryTake(out var container))
            {
                Interlocked.Increment(ref started);
                container = await FunctionContainer.StartAsync(
                    command,
                    configuration,
                    time,
                    cancellation
                );
            }
            var result = await container.CallAsync(body, Timeout, cancellation);
            if (result.KeepsContainer)
            {
                idle.Add(container);
            }
            else
            {
                Interlocked.Increment(ref discarded);
                await container.DisposeAsync();
            }
            return result;
        }
        catch (InvalidOperationException e)
        {
            return new Invocation(504, "", e.Message);
        }
        finally
        {
            slots.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var container in idle)
            await container.DisposeAsync();
        slots.Dispose();
        folder.Delete(recursive: true);
    }
}
