using System.Buffers;
using Laddermill.Storage;
using Laddermill.Storage.FileSystem;

namespace Laddermill.Server.Uploads;

/// <summary>Uploads into a folder: they grow in its own file system, hidden, and get their names in one step.</summary>
internal sealed class FolderUploads(FileSystemObjectStore store) : UploadTarget
{
    private const int MostNumbers = 1000;

    public override string Disk => store.Root;

    public override long NeedOf(Upload upload) => upload.Size - OffsetOf(upload);

    public override Task<Upload> BeginAsync(Upload upload, CancellationToken cancellation)
    {
        store.Growing.Open(upload.Id).Dispose();
        return Task.FromResult(upload);
    }

    public override long OffsetOf(Upload upload) => store.Growing.SizeOf(upload.Id);

    public override async Task<Upload> AppendAsync(
        Upload upload,
        Stream bytes,
        CancellationToken cancellation
    )
    {
        using var file = store.Growing.Open(upload.Id);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            for (var offset = RandomAccess.GetLength(file); offset < upload.Size; )
            {
                var most = (int)Math.Min(buffer.Length, upload.Size - offset);
                var read = await bytes.ReadAsync(buffer.AsMemory(0, most), cancellation);
                if (read == 0)
                {
                    break;
                }
                await store.Growing.WriteAsync(
                    file,
                    upload.Key,
                    buffer.AsMemory(0, read),
                    offset,
                    cancellation
                );
                offset += read;
            }
            return upload;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public override async Task<StoredObject?> PublishAsync(
        Upload upload,
        CancellationToken cancellation
    )
    {
        var prefix = upload.Key[..^upload.Name.Length];
        for (var number = 1; number <= MostNumbers; number++)
        {
            var found = await store.Growing.PublishAsync(
                upload.Id,
                prefix + UploadNames.Numbered(upload.Name, number),
                ConditionOf(upload),
                cancellation
            );
            if (found is not null)
            {
                return found;
            }
        }
        return null;
    }

    public override Task DropAsync(Upload upload, CancellationToken cancellation)
    {
        store.Growing.Remove(upload.Id);
        return Task.CompletedTask;
    }
}
