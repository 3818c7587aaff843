using Laddermill.Storage;
using Laddermill.Storage.FileSystem;

namespace Laddermill.Tests.Storage.FileSystem;

public sealed class FileSystemObjectStoreTests : ObjectStoreContract, IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("laddermill-store-");

    protected override IObjectStore Store => new FileSystemObjectStore(root.FullName);

    public void Dispose() => root.Delete(recursive: true);

    [Fact(Timeout = 30_000)]
    public async Task A_plain_key_is_that_very_path()
    {
        await PutAsync("movies/Big Buck+Bunny 100%.mp4/master.m3u8", "#EXTM3U\n");
        var path = Path.Join(root.FullName, "movies/Big Buck+Bunny 100%.mp4/master.m3u8");
        Assert.Equal("#EXTM3U\n", await File.ReadAllTextAsync(path, Cancellation));
    }

    [Fact(Timeout = 30_000)]
    public async Task Nothing_but_the_objects_is_left_in_the_folder()
    {
        await PutAsync("a/b/c", "x");
        await PutAsync("a/b/c", "y");
        Assert.Null(await PutAsync("a/b/c", "z", PutCondition.Absent));
        await PutAsync("a/d", "z", PutCondition.Absent);
        Assert.Equal(["a", "a/b", "a/b/c", "a/d"], Tree());
        await Store.DeleteAsync(["a/b/c"], Cancellation);
        Assert.Equal(["a", "a/d"], Tree());
        await Store.DeleteAsync(["a/d"], Cancellation);
        Assert.Empty(Tree());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_file_that_somebody_else_put_there_is_an_object()
    {
        const string name = "Ünï code 100%25 + (1)?#.mp4";
        await File.WriteAllTextAsync(Path.Join(root.FullName, name), "film", Cancellation);
        var modified = new DateTime(2026, 11, 23, 12, 0, 0, DateTimeKind.Utc).AddTicks(1234567);
        File.SetLastWriteTimeUtc(Path.Join(root.FullName, name), modified);

        var head = await Store.HeadAsync(name, Cancellation);
        Assert.Equal(new StoredObject(name, 4, "4-1795435200123456700", modified), head);
        Assert.Equal("film", await ReadAsync(name, 0, null, head!.ETag));
        Assert.Equal(name, Assert.Single(await ListAllAsync()).Key);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_root_that_is_not_there_is_empty_until_something_is_put()
    {
        var path = Path.Join(root.FullName, "new/root");
        var store = new FileSystemObjectStore(path);
        Assert.Null(await store.HeadAsync("a", Cancellation));
        Assert.Null(await store.ReadAsync("a", 0, null, null, Cancellation));
        Assert.Empty(await store.ListAsync("", Cancellation).ToListAsync(Cancellation));
        await store.DeleteAsync(["a"], Cancellation);
        await store.PutAsync("a", "x"u8.ToArray(), Text, PutCondition.Absent, Cancellation);
        Assert.Equal("x", await File.ReadAllTextAsync(path + "/a", Cancellation));
    }

    [Fact(Timeout = 30_000)]
    public async Task Links_are_no_way_out_of_the_root()
    {
        using var outside = new TemporaryFolder();
        await File.WriteAllTextAsync(outside.Path + "/secret", "secret", Cancellation);
        File.CreateSymbolicLink(root.FullName + "/file", outside.Path + "/secret");
        File.CreateSymbolicLink(root.FullName + "/folder", outside.Path);

        Assert.Null(await ReadAsync("file"));
        Assert.Null(await Store.HeadAsync("file", Cancellation));
        Assert.Null(await ReadAsync("folder/secret"));
        Assert.Empty(await ListAllAsync());
        await Store.DeleteAsync(["folder/secret", "file"], Cancellation);
        var failed = await Assert.ThrowsAsync<StoreException>(() => PutAsync("folder/new", "x"));
        Assert.Contains("symbolic link", failed.Message, StringComparison.Ordinal);

        // A put over a link replaces the link, not what it leads to.
        await PutAsync("file", "mine");
        Assert.Equal("mine", await ReadAsync("file"));
        Assert.Equal("secret", await File.ReadAllTextAsync(outside.Path + "/secret", Cancellation));
        Assert.Equal(["secret"], outside.Names);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_named_pipe_is_no_object()
    {
        using var made = System.Diagnostics.Process.Start("mkfifo", [root.FullName + "/pipe"]);
        await made.WaitForExitAsync(Cancellation);
        Assert.Null(await ReadAsync("pipe"));
        Assert.Empty(await ListAllAsync());
    }

    [Fact(Timeout = 30_000)]
    public async Task What_a_killed_writer_left_is_swept_and_a_living_ones_file_is_not()
    {
        var dead = root.FullName + "/.laddermill-put-dead";
        var living = root.FullName + "/.laddermill-put-living";
        await File.WriteAllTextAsync(dead, "half", Cancellation);
        await using var writer = new FileStream(living, FileMode.Create, FileAccess.ReadWrite);
        Assert.Empty(await ListAllAsync());
        await PutAsync("a", "x");
        Assert.False(File.Exists(dead));
        Assert.True(File.Exists(living));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_file_changed_in_place_while_it_is_read_is_noticed()
    {
        var first = await PutAsync("a", new string('o', 4096));
        await using var stream = await Store.ReadAsync("a", 0, null, first!.ETag, Cancellation);
        await stream!.ReadExactlyAsync(new byte[10], Cancellation);
        await File.AppendAllTextAsync(root.FullName + "/a", "more", Cancellation);
        await Assert.ThrowsAsync<ObjectChangedException>(async () =>
            await stream.ReadExactlyAsync(new byte[10], Cancellation)
        );
    }

    [Fact(Timeout = 30_000)]
    public async Task A_clock_that_stands_still_gives_versions_of_their_own()
    {
        var store = new FileSystemObjectStore(
            root.FullName,
            new Microsoft.Extensions.Time.Testing.FakeTimeProvider()
        );
        var tags = new HashSet<string>();
        for (var i = 0; i < 5; i++)
        {
            var put = await store.PutAsync("a", new byte[1], Text, PutCondition.None, Cancellation);
            Assert.True(tags.Add(put!.ETag));
        }
    }

    private ValueTask<List<StoredObject>> ListAllAsync() =>
        Store.ListAsync("", Cancellation).ToListAsync(Cancellation);

    private IEnumerable<string> Tree() =>
        Directory
            .EnumerateFileSystemEntries(root.FullName, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(root.FullName, path))
            .Order(StringComparer.Ordinal);
}

[Collection(ObjectStoreScaleContract.Alone)]
public sealed class FileSystemScaleTests : ObjectStoreScaleContract, IDisposable
{
    private readonly TemporaryFolder root = new();

    protected override IObjectStore Store => new FileSystemObjectStore(root.Path);

    public void Dispose() => root.Dispose();
}
