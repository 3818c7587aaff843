using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Laddermill.OciStandIn.ObjectStorage;

/// <summary>
/// The bytes of an object or part: small ones in memory, larger ones in a file that has no name any more, so that readers keep what they opened and
/// nothing is left behind, however the program ends. Never changes.
/// </summary>
/// <param name="Md5">Of the whole; of parts joined, none.</param>
internal sealed record Body(IReadOnlyList<Piece> Pieces, byte[] Md5)
{
    public long Length { get; } = Pieces.Sum(p => p.Length);

    public static Body Join(IEnumerable<Body> parts) =>
        new([.. parts.SelectMany(p => p.Pieces)], []);

    public Stream Open(long offset) => new PieceStream(Pieces, offset);

    /// <summary>Takes exactly <paramref name="length"/> bytes in.</summary>
    public static async Task<Body> ReceiveAsync(
        Stream from,
        long length,
        string folder,
        CancellationToken cancellation
    )
    {
        // MD5 is what the protocol asks for.
#pragma warning disable CA5351
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
#pragma warning restore CA5351
        var piece =
            length <= Piece.Small ? new Piece(new byte[length]) : Piece.InFile(folder, length);
        var buffer = new byte[128 << 10];
        for (long position = 0; position < length; )
        {
            var got = await from.ReadAsync(
                buffer.AsMemory(0, (int)Math.Min(buffer.Length, length - position)),
                cancellation
            );
            if (got == 0)
                throw new Refusal(400, "RequestIncomplete", "The body ended early.");
            md5.AppendData(buffer, 0, got);
            piece.Write(buffer.AsSpan(0, got), position);
            position += got;
        }
        return new([piece], md5.GetHashAndReset());
    }
}

internal sealed class Piece
{
    public const int Small = 64 << 10;

    private readonly byte[]? bytes;
    private readonly SafeFileHandle? file;

    public Piece(byte[] bytes) => (this.bytes, Length) = (bytes, bytes.Length);

    private Piece(SafeFileHandle file, long length) => (this.file, Length) = (file, length);

    public long Length { get; }

    public static Piece InFile(string folder, long length)
    {
        var path = Path.Combine(folder, Guid.NewGuid().ToString("n"));
        var file = File.OpenHandle(
            path,
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.ReadWrite | FileShare.Delete
        );
        File.Delete(path);
        return new(file, length);
    }

    public void Write(ReadOnlySpan<byte> content, long offset)
    {
        if (file is null)
            content.CopyTo(bytes.AsSpan((int)offset));
        else
            RandomAccess.Write(file, content, offset);
    }

    public int Read(Span<byte> buffer, long offset)
    {
        if (file is not null)
            return RandomAccess.Read(file, buffer, offset);
        var count = (int)Math.Min(buffer.Length, Length - offset);
        bytes.AsSpan((int)offset, count).CopyTo(buffer);
        return count;
    }
}

internal sealed class PieceStream(IReadOnlyList<Piece> pieces, long offset) : Stream
{
    private int piece;
    private long position = offset;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        while (piece < pieces.Count && position >= pieces[piece].Length)
            position -= pieces[piece++].Length;
        if (piece == pieces.Count)
            return 0;
        var got = pieces[piece].Read(buffer, position);
        position += got;
        return got;
    }

    public override int Read(byte[] buffer, int offset, int count) =>
        Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(
        Memory<byte> buffer,
        CancellationToken cancellationToken = default
    ) => ValueTask.FromResult(Read(buffer.Span));

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException();
}
