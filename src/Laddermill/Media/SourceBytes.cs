using Microsoft.Win32.SafeHandles;

namespace Laddermill.Media;

/// <summary>Pieces of a source that we read ourselves, without a tool.</summary>
internal sealed class SourceBytes : IDisposable
{
    private readonly SafeFileHandle? file;
    private readonly ReadAt? distant;

    private SourceBytes(SafeFileHandle? file, ReadAt? distant) =>
        (this.file, this.distant) = (file, distant);

    /// <summary>Whether each piece costs a request.</summary>
    public bool IsDistant => distant is not null;

    /// <returns>Null when it cannot be read so.</returns>
    public static SourceBytes? Open(MediaInput input)
    {
        if (input.ReadAt is { } distant)
        {
            return new SourceBytes(null, distant);
        }
        try
        {
            return input.LocalPath is { } path
                ? new SourceBytes(File.OpenHandle(path), null)
                : null;
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Fills the buffer, but for what lies beyond the end.</summary>
    /// <returns>Bytes that were read.</returns>
    public async ValueTask<int> ReadAsync(
        long offset,
        Memory<byte> buffer,
        CancellationToken cancellation
    )
    {
        if (distant is not null)
        {
            return await distant(offset, buffer, cancellation);
        }
        var read = 0;
        while (
            read < buffer.Length
            && RandomAccess.Read(file!, buffer.Span[read..], offset + read) is > 0 and var count
        )
        {
            read += count;
        }
        return read;
    }

    public void Dispose() => file?.Dispose();
}

/// <summary>Reads a piece of a source: as many bytes as the buffer holds, fewer at the end.</summary>
public delegate ValueTask<int> ReadAt(
    long offset,
    Memory<byte> buffer,
    CancellationToken cancellation
);
