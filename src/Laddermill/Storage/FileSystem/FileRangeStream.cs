using Microsoft.Win32.SafeHandles;

namespace Laddermill.Storage.FileSystem;

/// <summary>Part of an open file. Where a version is pinned, each read checks that it is still that one.</summary>
internal sealed class FileRangeStream(
    SafeFileHandle file,
    long offset,
    long length,
    Action<FileFacts>? check,
    Func<Exception, StoreException> failed
) : ForwardStream
{
    public override long Length => length;

    public override int Read(Span<byte> buffer)
    {
        var wanted = buffer[..(int)Math.Min(buffer.Length, length - Done)];
        int got;
        try
        {
            got = wanted.IsEmpty ? 0 : RandomAccess.Read(file, wanted, offset + Done);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw failed(e);
        }
        Check();
        Done += got;
        return got;
    }

    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        var wanted = buffer[..(int)Math.Min(buffer.Length, length - Done)];
        int got;
        try
        {
            got = wanted.IsEmpty
                ? 0
                : await RandomAccess.ReadAsync(file, wanted, offset + Done, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw failed(e);
        }
        Check();
        Done += got;
        return got;
    }

    public override int Read(byte[] buffer, int offset, int count) =>
        Read(buffer.AsSpan(offset, count));

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
