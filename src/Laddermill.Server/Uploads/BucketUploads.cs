using System.Buffers;
using System.Globalization;
using Laddermill.Storage;
using Microsoft.AspNetCore.StaticFiles;

namespace Laddermill.Server.Uploads;

/// <summary>Uploads into a bucket: each part goes there as soon as it has come, so that the server's own disk holds one part of each at most.</summary>
internal sealed class BucketUploads(IPartedUploads bucket, UploadBook book) : UploadTarget
{
    /// <summary>More than the 10 MiB that a part must have, and as little as the disk and the memory need hold.</summary>
    public const long LeastPart = 16 << 20;

    /// <summary>Stores allow 10,000.</summary>
    private const int MostParts = 9_000;

    /// <summary>Parts that are in memory at once, of all uploads.</summary>
    private static readonly SemaphoreSlim InMemory = new(3);

    private static readonly FileExtensionContentTypeProvider Types = new();

    public override string Disk => book.Folder;

    public override long NeedOf(Upload upload) => Math.Min(upload.Size, upload.PartBytes);

    public override async Task<Upload> BeginAsync(Upload upload, CancellationToken cancellation)
    {
        var type = Types.TryGetContentType(upload.Name, out var known)
            ? known
            : "application/octet-stream";
        return upload with
        {
            Parted = await bucket.BeginAsync(upload.Key, new PutOptions(type), cancellation),
            PartBytes = PartBytesOf(upload.Size),
        };
    }

    /// <summary>Few enough parts for any store.</summary>
    internal static long PartBytesOf(long size) => Math.Max(LeastPart, (size / MostParts) + 1);

    public override long OffsetOf(Upload upload) =>
        Math.Min(upload.Size, (upload.Parts.Length * upload.PartBytes) + SizeOf(TailOf(upload)));

    public override async Task<Upload> AppendAsync(
        Upload upload,
        Stream bytes,
        CancellationToken cancellation
    )
    {
        while (upload.Parts.Length * upload.PartBytes < upload.Size)
        {
            var whole = Math.Min(
                upload.PartBytes,
                upload.Size - (upload.Parts.Length * upload.PartBytes)
            );
            if (!await FillAsync(TailOf(upload), whole, bytes, cancellation))
            {
                break;
            }
            upload = await SendAsync(upload, whole, cancellation);
        }
        return upload;
    }

    public override Task<StoredObject?> PublishAsync(
        Upload upload,
        CancellationToken cancellation
    ) =>
        bucket.CompleteAsync(
            upload.Key,
            upload.Parted!,
            upload.Parts,
            ConditionOf(upload),
            cancellation
        );

    public override async Task DropAsync(Upload upload, CancellationToken cancellation)
    {
        File.Delete(TailOf(upload));
        if (upload.Parted is { } begun)
        {
            await bucket.AbortAsync(upload.Key, begun, cancellation);
        }
    }

    /// <summary>Adds to a part's file until it has all its bytes.</summary>
    /// <returns>False when there are no more bytes for now.</returns>
    private static async Task<bool> FillAsync(
        string path,
        long whole,
        Stream bytes,
        CancellationToken cancellation
    )
    {
        await using var tail = new FileStream(path, FileMode.Append, FileAccess.Write);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (tail.Length < whole)
            {
                var most = (int)Math.Min(buffer.Length, whole - tail.Length);
                var read = await bytes.ReadAsync(buffer.AsMemory(0, most), cancellation);
                if (read == 0)
                {
                    return false;
                }
                await tail.WriteAsync(buffer.AsMemory(0, read), cancellation);
            }
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>A part belongs to the upload once that is written down; a server that dies before sends it again.</summary>
    private async Task<Upload> SendAsync(Upload upload, long whole, CancellationToken cancellation)
    {
        var tail = TailOf(upload);
        await InMemory.WaitAsync(cancellation);
        var content = ArrayPool<byte>.Shared.Rent((int)whole);
        try
        {
            using (var file = File.OpenHandle(tail))
            {
                await ReadAsync(file, content.AsMemory(0, (int)whole), cancellation);
            }
            var tag = await bucket.PutPartAsync(
                upload.Key,
                upload.Parted!,
                upload.Parts.Length + 1,
                content.AsMemory(0, (int)whole),
                cancellation
            );
            var grown = upload with { Parts = upload.Parts.Add(tag) };
            await book.KeepAsync(grown, CancellationToken.None);
            File.Delete(tail);
            return grown;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(content);
            InMemory.Release();
        }
    }

    private static async Task ReadAsync(
        Microsoft.Win32.SafeHandles.SafeFileHandle file,
        Memory<byte> into,
        CancellationToken cancellation
    )
    {
        for (var done = 0; done < into.Length; )
        {
            var read = await RandomAccess.ReadAsync(file, into[done..], done, cancellation);
            done += read > 0 ? read : throw new EndOfStreamException();
        }
    }

    /// <summary>The part that is coming: named by its number, so that none is taken for another after a crash.</summary>
    private string TailOf(Upload upload) =>
        Path.Combine(
            book.Folder,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{upload.Id}.part{upload.Parts.Length + 1}"
            )
        );

    private static long SizeOf(string path) =>
        new FileInfo(path) is { Exists: true } file ? file.Length : 0;
}
