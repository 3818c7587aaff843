using System.Text;
using Laddermill.Storage;

namespace Laddermill.Tests.Storage;

/// <summary>What every object store does. Each implementation inherits this class, and xunit runs all of it there.</summary>
public abstract partial class ObjectStoreContract
{
    protected static readonly PutOptions Text = new("text/plain");

    /// <summary>A store that other tests may use at the same time, below other folders.</summary>
    protected abstract IObjectStore Store { get; }

    /// <summary>A place of this test's own in the store.</summary>
    protected string Folder { get; } = $"t-{Guid.NewGuid():n}/";

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 30_000)]
    public async Task An_object_is_read_back_as_it_was_put()
    {
        var key = Folder + "movies/sintel.mp4/master.m3u8";
        var put = await PutAsync(key, "#EXTM3U\n");
        Assert.NotNull(put);
        Assert.Equal((key, 8), (put.Key, put.Size));
        Assert.Equal("#EXTM3U\n", await ReadAsync(key));
    }

    [Fact(Timeout = 30_000)]
    public async Task Head_put_and_list_tell_the_same_facts()
    {
        var put = await PutAsync(Folder + "a", "12345");
        var head = await Store.HeadAsync(Folder + "a", Cancellation);
        var listed = Assert.Single(await ListAsync(""));
        Assert.Equal((put!.Key, put.Size, put.ETag), (head!.Key, head.Size, head.ETag));
        Assert.Equal((put.Key, put.Size, put.ETag), (listed.Key, listed.Size, listed.ETag));
        // Some tell whole seconds in one place and fractions in the other; some do not tell it of a put.
        var second = TimeSpan.FromSeconds(1);
        Assert.InRange((listed.LastModified - head.LastModified).Duration(), TimeSpan.Zero, second);
        Assert.DoesNotContain('"', put.ETag);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_missing_object_is_null()
    {
        await PutAsync(Folder + "a/b", "x");
        foreach (var key in (string[])["absent", "a", "a/", "a/b/c", "a/b/", "absent/x"])
        {
            Assert.Null(await Store.HeadAsync(Folder + key, Cancellation));
            Assert.Null(await Store.ReadAsync(Folder + key, 0, null, null, Cancellation));
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task An_empty_object_is_an_object()
    {
        await PutAsync(Folder + "empty", "");
        Assert.Equal(0, (await Store.HeadAsync(Folder + "empty", Cancellation))?.Size);
        Assert.Equal("", await ReadAsync(Folder + "empty"));
        Assert.Equal("", await ReadAsync(Folder + "empty", 0, 10));
        Assert.Equal("", await ReadAsync(Folder + "empty", 5, 10));
        Assert.Equal(0, Assert.Single(await ListAsync("")).Size);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(0, null, "0123456789")]
    [InlineData(0, 10L, "0123456789")]
    [InlineData(0, 11L, "0123456789")]
    [InlineData(0, 1L, "0")]
    [InlineData(0, 0L, "")]
    [InlineData(9, 1L, "9")]
    [InlineData(9, null, "9")]
    [InlineData(9, 100L, "9")]
    [InlineData(3, 4L, "3456")]
    [InlineData(3, 0L, "")]
    [InlineData(3, long.MaxValue, "3456789")]
    [InlineData(10, null, "")]
    [InlineData(10, 1L, "")]
    [InlineData(11, null, "")]
    [InlineData(long.MaxValue, 1L, "")]
    public async Task A_range_ends_where_the_object_ends(long offset, long? length, string expected)
    {
        await PutAsync(Folder + "digits", "0123456789");
        Assert.Equal(expected, await ReadAsync(Folder + "digits", offset, length));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_put_replaces_the_whole_object()
    {
        var first = await PutAsync(Folder + "a", "a long first version");
        var second = await PutAsync(Folder + "a", "short");
        Assert.Equal("short", await ReadAsync(Folder + "a"));
        Assert.NotEqual(first!.ETag, second!.ETag);
        Assert.Equal(second.ETag, (await Store.HeadAsync(Folder + "a", Cancellation))!.ETag);
    }

    [Fact(Timeout = 30_000)]
    public async Task Versions_of_one_size_have_different_etags()
    {
        var tags = new HashSet<string>();
        for (var i = 0; i < 20; i++)
            Assert.True(tags.Add((await PutAsync(Folder + "a", $"{i:00}"))!.ETag));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_read_of_a_pinned_version_gives_that_version_or_fails()
    {
        var first = await PutAsync(Folder + "a", "first");
        Assert.Equal("irs", await ReadAsync(Folder + "a", 1, 3, first!.ETag));
        await PutAsync(Folder + "a", "later");
        await Assert.ThrowsAsync<ObjectChangedException>(() =>
            ReadAsync(Folder + "a", 1, 3, first.ETag)
        );
    }

    [Fact(Timeout = 30_000)]
    public virtual async Task A_stream_opened_before_a_replacement_never_mixes_versions()
    {
        var old = new string('o', 1 << 20);
        await PutAsync(Folder + "a", old);
        await using var stream = await Store.ReadAsync(Folder + "a", 0, null, null, Cancellation);
        var start = new byte[10];
        await stream!.ReadExactlyAsync(start, Cancellation);
        await PutAsync(Folder + "a", new string('n', 1 << 20));
        using var rest = new StreamReader(stream);
        Assert.Equal(old[10..], await rest.ReadToEndAsync(Cancellation));
    }

    [Fact(Timeout = 30_000)]
    public async Task Absent_condition_stores_only_the_first()
    {
        Assert.NotNull(await PutAsync(Folder + "a", "first", PutCondition.Absent));
        Assert.Null(await PutAsync(Folder + "a", "second", PutCondition.Absent));
        Assert.Equal("first", await ReadAsync(Folder + "a"));
    }

    [Fact(Timeout = 60_000)]
    public async Task Of_many_racing_writers_with_absent_condition_one_wins()
    {
        for (var round = 0; round < 5; round++)
        {
            var key = $"{Folder}race-{round}";
            var puts = Enumerable
                .Range(0, 8)
                .Select(i => PutAsync(key, $"writer {i}", PutCondition.Absent));
            var winners = (await Task.WhenAll(puts)).Index().Where(put => put.Item is not null);
            var winner = Assert.Single(winners);
            Assert.Equal($"writer {winner.Index}", await ReadAsync(key));
            Assert.Equal(winner.Item!.ETag, (await Store.HeadAsync(key, Cancellation))!.ETag);
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task Match_condition_stores_only_over_that_version()
    {
        Assert.Null(await PutAsync(Folder + "a", "x", PutCondition.Matches("no-such-version")));
        var first = await PutAsync(Folder + "a", "first");
        var second = await PutAsync(Folder + "a", "other", PutCondition.Matches(first!.ETag));
        Assert.NotNull(second);
        Assert.Null(await PutAsync(Folder + "a", "third", PutCondition.Matches(first.ETag)));
        Assert.Equal("other", await ReadAsync(Folder + "a"));
    }

    [Fact(Timeout = 60_000)]
    public async Task Racing_increments_with_match_condition_lose_none()
    {
        const int writers = 4;
        const int each = 5;
        await PutAsync(Folder + "counter", "0");
        async Task Increment()
        {
            while (true)
            {
                var head = await Store.HeadAsync(Folder + "counter", Cancellation);
                string value;
                try
                {
                    value = (await ReadAsync(Folder + "counter", 0, null, head!.ETag))!;
                }
                catch (ObjectChangedException)
                {
                    continue;
                }
                var next = $"{int.Parse(value, null) + 1}";
                if (
                    await PutAsync(Folder + "counter", next, PutCondition.Matches(head.ETag))
                    is not null
                )
                    return;
            }
        }
        async Task Writer()
        {
            for (var i = 0; i < each; i++)
                await Increment();
        }
        await Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(Writer)));
        AssertCounted(writers * each, int.Parse((await ReadAsync(Folder + "counter"))!, null));
    }

    /// <summary>How often writers that count on after each put that they were told was theirs may have counted.</summary>
    protected virtual void AssertCounted(int expected, int counted) =>
        Assert.Equal(expected, counted);

    [Fact(Timeout = 30_000)]
    public async Task Deleted_objects_are_gone_and_missing_ones_no_error()
    {
        await PutAsync(Folder + "a", "x");
        await PutAsync(Folder + "a/b", "y");
        await PutAsync(Folder + "c d+e%20", "z");
        await Store.DeleteAsync(
            [Folder + "a", Folder + "absent", Folder + "c d+e%20"],
            Cancellation
        );
        Assert.Null(await Store.HeadAsync(Folder + "a", Cancellation));
        Assert.Equal([Folder + "a/b"], (await ListAsync("")).Select(o => o.Key));
        await Store.DeleteAsync([], Cancellation);
    }

    [Fact(Timeout = 30_000)]
    public async Task Cancelled_calls_end_and_store_nothing()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        var token = cancelled.Token;
        await PutAsync(Folder + "a", "x");
        Task[] calls =
        [
            Store.HeadAsync(Folder + "a", token),
            Store.ReadAsync(Folder + "a", 0, null, null, token),
            Store.PutAsync(Folder + "b", "x"u8.ToArray(), Text, PutCondition.None, token),
            Store.DeleteAsync([Folder + "a"], token),
            Store.ListAsync(Folder, token).ToListAsync(token).AsTask(),
        ];
        foreach (var call in calls)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal([Folder + "a"], (await ListAsync("")).Select(o => o.Key));
    }

    protected Task<StoredObject?> PutAsync(
        string key,
        string content,
        PutCondition condition = default
    ) => Store.PutAsync(key, Encoding.UTF8.GetBytes(content), Text, condition, Cancellation);

    protected async Task<string?> ReadAsync(
        string key,
        long offset = 0,
        long? length = null,
        string? ifMatch = null
    )
    {
        await using var stream = await Store.ReadAsync(key, offset, length, ifMatch, Cancellation);
        if (stream is null)
            return null;
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Cancellation);
    }

    protected ValueTask<List<StoredObject>> ListAsync(string prefix) =>
        Store.ListAsync(Folder + prefix, Cancellation).ToListAsync(Cancellation);
}
