using System.Runtime.CompilerServices;
using Laddermill.Storage;

namespace Laddermill.Server.Telemetry;

/// <summary>Opens stores whose calls are timed and counted.</summary>
internal sealed class StoreMeter(Instruments instruments, TimeProvider time)
{
    public IObjectStore Open(ObjectLocation location) =>
        new MeasuredStore(ObjectStores.Open(location, time), instruments, time);
}

/// <summary>A store whose calls are timed and counted.</summary>
internal sealed class MeasuredStore(IObjectStore store, Instruments instruments, TimeProvider time)
    : IObjectStore
{
    public string Name => store.Name;

    /// <summary>The store itself, for what only its kind can do.</summary>
    public static IObjectStore Within(IObjectStore store) =>
        store is MeasuredStore measured ? measured.Inner : store;

    private IObjectStore Inner => store;

    public ObjectIdentity Identify(string key) => store.Identify(key);

    public Task<StoredObject?> HeadAsync(string key, CancellationToken cancellation) =>
        MeasureAsync("head", () => store.HeadAsync(key, cancellation));

    /// <summary>Timed until the bytes begin to come.</summary>
    public Task<Stream?> ReadAsync(
        string key,
        long offset,
        long? length,
        string? ifMatch,
        CancellationToken cancellation
    ) => MeasureAsync("read", () => store.ReadAsync(key, offset, length, ifMatch, cancellation));

    public Task<StoredObject?> PutAsync(
        string key,
        ReadOnlyMemory<byte> content,
        PutOptions options,
        PutCondition condition,
        CancellationToken cancellation
    ) => MeasureAsync("put", () => store.PutAsync(key, content, options, condition, cancellation));

    public Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellation) =>
        MeasureAsync<object?>(
            "delete",
            async () =>
            {
                await store.DeleteAsync(keys, cancellation);
                return null;
            }
        );

    /// <summary>Timed while somebody waits for the store, and not while what it told is worked on.</summary>
    public async IAsyncEnumerable<StoredObject> ListAsync(
        string prefix,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var spent = TimeSpan.Zero;
        Exception? failure = null;
        var listing = store.ListAsync(prefix, cancellation).GetAsyncEnumerator(cancellation);
        try
        {
            while (true)
            {
                var began = time.GetTimestamp();
                try
                {
                    if (!await listing.MoveNextAsync())
                    {
                        break;
                    }
                }
                catch (Exception trouble)
                {
                    failure = trouble;
                    throw;
                }
                finally
                {
                    spent += time.GetElapsedTime(began);
                }
                yield return listing.Current;
            }
        }
        finally
        {
            await listing.DisposeAsync();
            Note("list", spent, failure);
        }
    }

    public Task<FolderPage> ListFolderAsync(
        string prefix,
        string? after,
        int most,
        CancellationToken cancellation
    ) => MeasureAsync("list", () => store.ListFolderAsync(prefix, after, most, cancellation));

    private async Task<T> MeasureAsync<T>(string operation, Func<Task<T>> call)
    {
        using var span = Traces.StoreCall(store.Name, operation);
        var began = time.GetTimestamp();
        try
        {
            var answer = await call();
            Note(operation, time.GetElapsedTime(began), null);
            return answer;
        }
        catch (Exception failure)
        {
            span.Failed(failure);
            Note(operation, time.GetElapsedTime(began), failure);
            throw;
        }
    }

    private void Note(string operation, TimeSpan spent, Exception? failure)
    {
        // Somebody went away: that says nothing about the store.
        if (failure is not OperationCanceledException)
        {
            instruments.StoreCalled(store.Name, operation, spent, failure);
        }
    }
}
