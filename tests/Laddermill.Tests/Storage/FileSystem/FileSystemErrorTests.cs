using System.Diagnostics;
using Laddermill.Storage;
using Laddermill.Storage.FileSystem;

namespace Laddermill.Tests.Storage.FileSystem;

/// <summary>Disks that cannot be written to, as small file systems of their own; mounting them needs root.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class FileSystemErrorTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private bool mounted;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        if (mounted)
            Run("umount", folder.Path);
        folder.Dispose();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_full_disk_is_one_clear_sentence_and_leaves_nothing()
    {
        Mount("size=256k");
        var failed = await Assert.ThrowsAsync<StoreException>(() => PutAsync("a/b", 1 << 20));
        Assert.Equal(
            $"Cannot write 'a/b' in file://{folder.Path}: the disk is full; free some space or choose another place.",
            failed.Message
        );
        Assert.False(failed.IsTransient);
        Assert.Empty(folder.Names);
        await PutAsync("a/b", 1 << 10);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_read_only_disk_is_one_clear_sentence()
    {
        Mount("ro");
        var failed = await Assert.ThrowsAsync<StoreException>(() => PutAsync("a", 1));
        Assert.Equal(
            $"Cannot write 'a' in file://{folder.Path}: the file system is read-only; choose another place.",
            failed.Message
        );
        var store = new FileSystemObjectStore(folder.Path + "/new");
        failed = await Assert.ThrowsAsync<StoreException>(() =>
            store.PutAsync("a", new byte[1], new("text/plain"), default, Cancellation)
        );
        Assert.Contains("read-only", failed.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_folder_without_rights_is_one_clear_sentence()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "root may write everywhere");
        File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var failed = await Assert.ThrowsAsync<StoreException>(() => PutAsync("a", 1));
        Assert.Contains("permission denied", failed.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_file_as_root_is_one_clear_sentence()
    {
        await File.WriteAllTextAsync(folder.Path + "/file", "x", Cancellation);
        var store = new FileSystemObjectStore(folder.Path + "/file");
        var failed = await Assert.ThrowsAsync<StoreException>(() =>
            store.PutAsync("a", new byte[1], new("text/plain"), default, Cancellation)
        );
        Assert.Contains("is not a folder", failed.Message, StringComparison.Ordinal);
    }

    private Task<StoredObject?> PutAsync(string key, int bytes) =>
        new FileSystemObjectStore(folder.Path).PutAsync(
            key,
            new byte[bytes],
            new PutOptions("application/octet-stream"),
            PutCondition.None,
            Cancellation
        );

    private void Mount(string options)
    {
        mounted = Run("mount", "-t", "tmpfs", "-o", options, "none", folder.Path) == 0;
        Assert.SkipUnless(mounted, "mounting a small file system needs root");
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardError = true }
        )!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
