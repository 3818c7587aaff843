using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using Laddermill.Media;
using Laddermill.Processes;
using Laddermill.Storage;
using Laddermill.Storage.Gateway;

namespace Laddermill.Transcoding;

/// <summary>One version of a source while it is being read. Disposing closes the gateway to it.</summary>
public sealed class SourceAccess : IAsyncDisposable
{
    private readonly string address;
    private readonly MediaInput input;
    private readonly RangeGateway? gateway;

    /// <exception cref="LimitsException">The operator's limits cannot be used.</exception>
    private SourceAccess(string address, MediaInput input, RangeGateway? gateway)
    {
        (this.address, this.gateway) = (address, gateway);
        this.input = input with { Limits = SourceLimits.FromEnvironment() };
    }

    /// <summary>Finds a source of any store and opens the version that it has now.</summary>
    /// <exception cref="FileNotFoundException">There is no such source.</exception>
    /// <exception cref="RejectedException">It is empty.</exception>
    /// <exception cref="StoreException">Its store refuses or cannot be reached.</exception>
    public static async Task<SourceAccess> OpenAsync(
        ObjectLocation location,
        TimeProvider clock,
        CancellationToken cancellation
    )
    {
        var source = await JobSource.FindAsync(
            location,
            where => ObjectStores.Open(where, clock),
            clock,
            cancellation
        );
        return await source.OpenAsync(cancellation);
    }

    /// <summary>
    /// Lets <paramref name="read"/> read the source. When the source itself is the trouble, that is what is told, whatever a tool made of it.
    /// </summary>
    /// <param name="read">Its token is also cancelled when the source is lost.</param>
    /// <exception cref="RejectedException">The source was replaced while it was read (<c>source-changed</c>), or makes a tool use
    /// more than it may (<c>limit-time</c>, <c>limit-memory</c>, <c>limit-output</c>).</exception>
    /// <exception cref="StoreException">The source cannot be read any more.</exception>
    public async Task<T> ReadAsync<T>(
        Func<MediaInput, CancellationToken, Task<T>> read,
        CancellationToken cancellation
    )
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            cancellation,
            gateway?.Lost ?? default
        );
        try
        {
            return await read(input, either.Token);
        }
        catch (Exception)
            when (gateway?.Failure is not null && !cancellation.IsCancellationRequested)
        {
            if (gateway.Failure is ObjectChangedException)
            {
                throw new RejectedException(
                    RejectionCode.SourceChanged,
                    $"The source {address} was replaced or removed while it was read; a new upload is a job of its own."
                );
            }
            ExceptionDispatchInfo.Throw(gateway.Failure);
            throw;
        }
        catch (ToolFailedException failure)
            when (OverLimit.Rejection(failure.Breach, address) is { } rejection)
        {
            throw rejection;
        }
    }

    public ValueTask DisposeAsync() => gateway?.DisposeAsync() ?? ValueTask.CompletedTask;

    internal static SourceAccess OfFile(string path, ImmutableArray<SidecarText> sidecars) =>
        new(path, MediaInput.FromFile(path) with { Sidecars = sidecars }, null);

    internal static async Task<SourceAccess> OfObjectAsync(
        string address,
        IObjectStore store,
        StoredObject version,
        ImmutableArray<SidecarText> sidecars,
        TimeProvider clock,
        CancellationToken cancellation
    )
    {
        var gateway = new RangeGateway(store, version, clock);
        try
        {
            var head = await gateway.ReadHeadAsync(ContentSniffer.Length, cancellation);
            var name = version.Key[(version.Key.TrimEnd('/').LastIndexOf('/') + 1)..];
            var input = MediaInput.FromGateway(gateway.Address, name, gateway.ServeAsync) with
            {
                Head = new SourceHead(version.Size, head),
                ReadAt = gateway.ReadAsync,
                Sidecars = sidecars,
            };
            return new SourceAccess(address, input, gateway);
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }
}
