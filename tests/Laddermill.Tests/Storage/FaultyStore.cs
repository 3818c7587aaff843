using System.Runtime.CompilerServices;
using Laddermill.Storage;

namespace Laddermill.Tests.Storage;

/// <summary>
/// A store on a bad day, in front of a good one: some calls fail before they are carried out, some after (the answer is lost), and some bodies break off
/// half-way. Which ones follows from a seed.
/// </summary>
/// <param name="rate">Share of calls that fail, 0 to 1.</param>
internal sealed class FaultyStore(IObjectStore inner, double rate, int seed = 1) : IObjectStore
{
    private readonly Random chance = new(seed);
    private int calls;
    private int faults;

    public string Name => inner.Name;

    public int Calls => calls;

    public int Faults => faults;

    /// <summary>Calls that go well before the first may fail.</summary>
    public int Faultless { get; init; }

    /// <summary>Called with the offset before each read.</summary>
    public Action<long>? Reading { get; init; }

    public ObjectIdentity Identify(string key) => inner.Identify(key);

    public Task<StoredObject?> HeadAsync(string key, CancellationToken cancellation) =>
        CallAsync(() => inner.HeadAsync(key, cancellation));

    public async Task<Stream?> ReadAsync(
        string key,
        long offset,
        long? length,
        string? ifMatch,
        CancellationToken cancellation
    )
    {
        Reading?.Invoke(offset);
        var body = await CallAsync(() =>
            inner.ReadAsync(key, offset, length, ifMatch, cancellation)
        );
        if (body is null || !Strikes())
        {
            return body;
        }
        await using (body)
        {
            var bytes = new MemoryStream();
            await body.CopyToAsync(bytes, cancellation);
            bytes.SetLength(bytes.Length / 2);
            bytes.Position = 0;
            return new BreakingStream(bytes, Fault());
        }
    }

    public Task<StoredObject?> PutAsync(
        string key,
        ReadOnlyMemory<byte> content,
        PutOptions options,
        PutCondition condition,
        CancellationToken cancellation
    ) => CallAsync(() => inner.PutAsync(key, content, options, condition, cancellation));

    public async IAsyncEnumerable<StoredObject> ListAsync(
        string prefix,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        await foreach (var found in inner.ListAsync(prefix, cancellation))
        {
            yield return found;
        }
    }

    public Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellation) =>
        inner.DeleteAsync(keys, cancellation);

    private async Task<T> CallAsync<T>(Func<Task<T>> call)
    {
        return Interlocked.Increment(ref calls) > Faultless && Strikes()
            ? throw Fault()
            : await call();
    }

    private bool Strikes()
    {
        lock (chance)
        {
            return chance.NextDouble() < rate;
        }
    }

    private StoreException Fault()
    {
        Interlocked.Increment(ref faults);
        return new StoreException("The store has a bad day.") { IsTransient = true };
    }

    private sealed class BreakingStream(Stream inner, StoreException fault) : Stream
    {
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) =>
            inner.Read(buffer, offset, count) is > 0 and var read ? read : throw fault;

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) =>
            throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) =>
            throw new NotSupportedException();
    }
}
