using Polly;
using Polly.Retry;

namespace Laddermill.Storage.Gateway;

/// <summary>
/// One version of one object, read in blocks that are kept while there is room: all readers together use a bounded amount of memory and fetch no
/// block twice at the same time. The head and the tail of the object, where containers have their indexes, are kept to the end.
/// </summary>
internal sealed class SourceBlocks(IObjectStore store, StoredObject source, TimeProvider clock)
    : IDisposable
{
    public const int BlockBytes = 2 << 20;

    /// <summary>Blocks kept, besides those that are being read at this moment: 48 MiB.</summary>
    private const int Capacity = 24;

    /// <summary>Blocks at either end that stay: an index of a film of several hours takes 8 MiB.</summary>
    private const int KeptAtEnds = 4;

    private const int FetchesAtOnce = 8;

    /// <summary>On top of the store's own retries, because a body can break off after the store has answered well.</summary>
    private readonly ResiliencePipeline retry = new ResiliencePipelineBuilder
    {
        TimeProvider = clock,
    }
        .AddRetry(
            new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<StoreException>(e => e.IsTransient),
                MaxRetryAttempts = 8,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromMilliseconds(100),
                MaxDelay = TimeSpan.FromSeconds(10),
                UseJitter = true,
            }
        )
        .Build();

    private readonly CancellationTokenSource ended = new();
    private readonly SemaphoreSlim fetches = new(FetchesAtOnce);
    private readonly Dictionary<long, Block> blocks = [];
    private readonly Stack<byte[]> spare = [];
    private readonly Lock gate = new();
    private readonly long last = (source.Size - 1) / BlockBytes;
    private long uses;

    /// <summary>Waits for a block and keeps it until the loan is returned.</summary>
    /// <exception cref="ObjectChangedException">The object is no longer this version.</exception>
    /// <exception cref="StoreException">It cannot be read, however often it was tried.</exception>
    public async ValueTask<Loan> BorrowAsync(long index, CancellationToken cancellation)
    {
        Block block;
        lock (gate)
        {
            block = blocks.GetValueOrDefault(index) ?? Fetch(index);
            block.Borrowers++;
            block.LastUse = ++uses;
        }
        var loan = new Loan(this, block);
        try
        {
            await block.Fetched.WaitAsync(cancellation).ConfigureAwait(false);
            return loan;
        }
        catch
        {
            loan.Dispose();
            throw;
        }
    }

    /// <summary>Starts to fetch a block that will be wanted soon, if there is room; behind the object's end there is nothing to do.</summary>
    public void FetchAhead(long index)
    {
        lock (gate)
        {
            if (index <= last && !blocks.ContainsKey(index) && MakeRoom())
            {
                Fetch(index).LastUse = ++uses;
            }
        }
    }

    public void Dispose() => ended.Cancel();

    private Block Fetch(long index)
    {
        MakeRoom();
        var block = new Block(index, spare.TryPop(out var buffer) ? buffer : new byte[BlockBytes]);
        blocks.Add(index, block);
        block.Fetched = Task.Run(() => FillAsync(block), ended.Token);
        return block;
    }

    /// <returns>Whether there is room; if not, everything that is kept is needed.</returns>
    private bool MakeRoom()
    {
        if (blocks.Count < Capacity)
        {
            return true;
        }
        var oldest = blocks
            .Values.Where(block => block.IsIdle && !IsKept(block.Index))
            .MinBy(block => block.LastUse);
        if (oldest is null)
        {
            return false;
        }
        Remove(oldest);
        return true;
    }

    private bool IsKept(long index) => index < KeptAtEnds || index > last - KeptAtEnds;

    private void Remove(Block block)
    {
        blocks.Remove(block.Index);
        if (spare.Count < Capacity)
        {
            spare.Push(block.Buffer);
        }
    }

    private async Task FillAsync(Block block)
    {
        var offset = block.Index * BlockBytes;
        var size = (int)Math.Min(BlockBytes, source.Size - offset);
        await fetches.WaitAsync(ended.Token).ConfigureAwait(false);
        try
        {
            // What has come stays when the connection breaks; the next try asks for the rest.
            await retry
                .ExecuteAsync(token => ReadOnAsync(block, offset, size, token), ended.Token)
                .ConfigureAwait(false);
        }
        catch
        {
            lock (gate)
            {
                // Its buffer is not used again: a read may still be writing to it.
                blocks.Remove(block.Index);
            }
            throw;
        }
        finally
        {
            fetches.Release();
        }
    }

    private async ValueTask ReadOnAsync(
        Block block,
        long offset,
        int size,
        CancellationToken cancellation
    )
    {
        var body =
            await store
                .ReadAsync(
                    source.Key,
                    offset + block.Length,
                    size - block.Length,
                    source.ETag,
                    cancellation
                )
                .ConfigureAwait(false)
            ?? throw new ObjectChangedException(
                $"The object '{KeyRules.Show(source.Key)}' in {store.Name} is gone."
            );
        await using (body.ConfigureAwait(false))
        {
            while (block.Length < size)
            {
                var rest = block.Buffer.AsMemory(block.Length, size - block.Length);
                var read = await body.ReadAsync(rest, cancellation).ConfigureAwait(false);
                block.Length +=
                    read > 0
                        ? read
                        : throw new StoreException(
                            $"'{KeyRules.Show(source.Key)}' in {store.Name} ended after {offset + block.Length} of {source.Size} bytes."
                        )
                        {
                            IsTransient = true,
                        };
            }
        }
    }

    private sealed class Block(long index, byte[] buffer)
    {
        public long Index => index;
        public byte[] Buffer => buffer;
        public int Length { get; set; }
        public Task Fetched { get; set; } = Task.CompletedTask;
        public int Borrowers { get; set; }
        public long LastUse { get; set; }
        public bool IsIdle => Borrowers == 0 && Fetched.IsCompletedSuccessfully;
    }

    /// <summary>A block that stays as it is until this is disposed.</summary>
    internal readonly struct Loan : IDisposable
    {
        private readonly SourceBlocks owner;
        private readonly Block block;

        internal Loan(SourceBlocks owner, object block) =>
            (this.owner, this.block) = (owner, (Block)block);

        public ReadOnlyMemory<byte> Bytes => block.Buffer.AsMemory(0, block.Length);

        public void Dispose()
        {
            lock (owner.gate)
            {
                block.Borrowers--;
            }
        }
    }
}
