using System.Collections.Concurrent;
using Laddermill.OciStandIn.Containers;
using Laddermill.OciStandIn.Identity;

namespace Laddermill.OciStandIn.Functions;

/// <summary>A function: containers that are started when there are none idle, and thrown away when they answer wrongly. Each acts as a resource principal.</summary>
public sealed class CloudFunction : IAsyncDisposable
{
    private readonly Image image;
    private readonly IReadOnlyList<(string Name, string Value)> configuration;
    private readonly ConcurrentBag<FunctionContainer> idle = [];
    private readonly SemaphoreSlim slots;
    private readonly Mount principal = new(
        Directory.CreateTempSubdirectory("fn-principal-").FullName,
        "/run/principal"
    );
    private readonly TimeProvider time;

    internal CloudFunction(
        Image image,
        IReadOnlyList<(string Name, string Value)> configuration,
        int concurrency,
        Principals principals,
        TimeProvider time
    )
    {
        (this.image, this.time) = (image, time);
        slots = new SemaphoreSlim(concurrency, concurrency);
        principals
            .Tokens.Issue(TimeSpan.FromMinutes(15), "fnfunc", Id)
            .WriteTo(principal.Host, isForAll: image is DockerImage);
        this.configuration = [.. Session.Variables(image.Seen(principal)), .. configuration];
    }

    /// <summary>Its OCID.</summary>
    public string Id { get; } = $"ocid1.fnfunc.oc1.iad.{Guid.NewGuid():n}";

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
                    image,
                    configuration,
                    [principal],
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
        Directory.Delete(principal.Host, recursive: true);
    }
}
