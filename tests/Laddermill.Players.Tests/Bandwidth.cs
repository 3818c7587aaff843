namespace Laddermill.Tests.Players;

/// <summary>A rate that several streams share, and that may change at any time.</summary>
internal sealed class Bandwidth(TimeProvider clock)
{
    private readonly Lock gate = new();
    private DateTimeOffset free = DateTimeOffset.MinValue;

    /// <summary>Bytes that are taken at once; small enough that a change of the rate is soon felt.</summary>
    public const int Piece = 4096;

    /// <summary>Null: as fast as it goes.</summary>
    public long? BitsPerSecond { get; set; }

    /// <summary>Returns when these bytes may be sent.</summary>
    public Task TakeAsync(int bytes, CancellationToken cancellation)
    {
        TimeSpan wait;
        lock (gate)
        {
            if (BitsPerSecond is not { } rate)
            {
                return Task.CompletedTask;
            }
            var now = clock.GetUtcNow();
            free = (free > now ? free : now) + TimeSpan.FromSeconds(bytes * 8.0 / rate);
            wait = free - now;
        }
        return Task.Delay(wait, clock, cancellation);
    }
}

/// <summary>Hands on what is written at a rate.</summary>
internal sealed class LimitedStream(Stream target, Bandwidth bandwidth) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        while (!buffer.IsEmpty)
        {
            var piece = buffer[..Math.Min(Bandwidth.Piece, buffer.Length)];
            await bandwidth.TakeAsync(piece.Length, cancellationToken);
            await target.WriteAsync(piece, cancellationToken);
            if (bandwidth.BitsPerSecond is not null)
            {
                await target.FlushAsync(cancellationToken);
            }
            buffer = buffer[piece.Length..];
        }
    }

    public override Task WriteAsync(
        byte[] buffer,
        int offset,
        int count,
        CancellationToken cancellationToken
    ) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) =>
        target.FlushAsync(cancellationToken);

    public override void Flush() => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
