using Microsoft.Win32.SafeHandles;

namespace Laddermill.Storage.FileSystem;

/// <summary>Part of an open file. Where a version is pinned, each read checks that it is still that one.</summary>
internal sealed class FileRangeStream(
    SafeFileHandle file,
    long offset,
    long length,
    Action<FileFacts>? check,
    Func<Exception, StoreException> failed
) : Stream
{
    private long position;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => length;

    public override long Position
    {
        get => position;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var wanted = buffer[..(int)Math.Min(buffer.Length, length - position)];
        int got;
        try
        {
            got = wanted.IsEmpty ? 0 : RandomAccess.Read(file, wanted, offset + position);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw failed(e);
        }
        Check();
        position += got;
        return got;
    }

    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        var wanted = buffer[..(int)Math.Min(buffer.Length, length - position)];
        int got;
        try
        {
            got = wanted.IsEmpty
                ? 0
                : await RandomAccess.ReadAsync(file, wanted, offset + position, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw failed(e);
        }
        Check();
        position += got;
        return got;
    }

    public override int Read(byte[] buffer, int offset, int count) =>
        Read(buffer.AsSpan(offset, count));

    public override Task<int> ReadAsync(
        byte[] buffer,
        int offset,
        int count,
        CancellationToken cancellationToken
    ) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException();

    private void Check()
    {
        if (check is not null && Posix.Facts(file, out var facts) == Errno.None)
            check(facts);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            file.Dispose();
        base.Dispose(disposing);
    }
}
