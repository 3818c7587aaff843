using System.Text;
using Laddermill.Storage;

namespace Laddermill.Tests.Storage;

// Which keys there are, and how they are listed.
public abstract partial class ObjectStoreContract
{
    /// <summary>Keys that trip stores, relative to the test's folder.</summary>
    public static TheoryData<string> OddKeys =>
        [
            "with space",
            " leading and trailing ",
            "plus+and&ampersand=",
            "per%cent",
            "100%25",
            "%2e%2e%2f",
            "quest?ion#hash;semi",
            "back\\slash",
            "quo\"te'single`tick",
            "star*bracket[]{}|^~<>$!@,:()",
            "unicode é ü ß 漢字 кино",
            "e\u0301 (decomposed)",
            "emoji 🎬🎞️",
            "\uFFFD\uE000\U0001F3AC",
            "tab\tinside",
            "double//slash",
            "//two at the start",
            "///",
            "trailing/",
            "trailing//",
            ".",
            "..",
            "...",
            "a/./b",
            "a/../b",
            "../../../etc/passwd",
            "/etc/passwd",
            "a/.hidden",
            "C:/windows",
            "-rf",
            "CON",
            "name.",
            ".%q",
            ".%f/.%l/.%x",
            "a/.%fa",
            ".laddermill-put-0123456789abcdef",
        ];

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(OddKeys))]
    public Task An_odd_key_is_a_key(string key) => RoundTrip(Folder + key);

    [Theory(Timeout = 30_000)]
    [InlineData("x", 1024)]
    [InlineData("é", 512)]
    [InlineData("漢", 341)]
    [InlineData("🎬", 256)]
    [InlineData("/", 1024)]
    [InlineData("a/", 512)]
    [InlineData("../", 341)]
    public Task A_key_may_be_as_long_as_stores_allow(string unit, int count)
    {
        var room = (1024 - Folder.Length) / Encoding.UTF8.GetByteCount(unit);
        var key = Folder + string.Concat(Enumerable.Repeat(unit, Math.Min(count, room)));
        return RoundTrip(key + new string('-', 1024 - Encoding.UTF8.GetByteCount(key)));
    }

    [Fact(Timeout = 60_000)]
    public async Task Part_names_around_the_limits_of_file_systems_are_keys_of_their_own()
    {
        string[] keys =
        [
            .. from length in (int[])
                [199, 200, 201, 251, 252, 253, 254, 255, 256, 257, 400, 455, 460, 510]
            from tail in (string[])["", "/", "/x", "é"]
            select Folder + new string('n', length) + tail,
        ];
        await PutAll(keys);
        await AssertListed("", keys);
        await AssertReadable(keys);
    }

    [Fact(Timeout = 60_000)]
    public async Task All_odd_keys_live_side_by_side_and_are_listed_in_byte_order()
    {
        string[] keys = [.. OddKeys.Select(row => Folder + row.Data)];
        await PutAll(keys);
        await AssertListed("", keys);
        await AssertReadable(keys);
        await Store.DeleteAsync(keys, Cancellation);
        Assert.Empty(await ListAsync(""));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("a", "a/b", "a/b/c")]
    [InlineData("a/b/c", "a/b", "a")]
    [InlineData("a/b", "a", "a/b/c")]
    [InlineData("a/", "a", "a//", "a//b")]
    [InlineData("a//b", "a//", "a/", "a")]
    public async Task An_object_may_lie_beside_objects_below_its_name(params string[] names)
    {
        string[] keys = [.. names.Select(name => Folder + name)];
        await PutAll(keys);
        await AssertReadable(keys);
        await AssertListed("", keys);

        // Replaced, conditional and deleted as any other.
        foreach (var key in keys)
        {
            Assert.Null(await PutAsync(key, "no", PutCondition.Absent));
            var replaced = await PutAsync(key, key + "2");
            Assert.NotNull(await PutAsync(key, key, PutCondition.Matches(replaced!.ETag)));
        }
        await AssertReadable(keys);
        foreach (var key in keys)
        {
            await Store.DeleteAsync([key], Cancellation);
            Assert.Null(await Store.HeadAsync(key, Cancellation));
        }
        Assert.Empty(await ListAsync(""));
        await PutAll([.. keys.Reverse()]);
        await AssertReadable(keys);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_listing_takes_a_prefix_by_its_letters()
    {
        string[] keys =
        [
            .. (
                (string[])
                    ["ab", "ab/", "ab/c", "ab/c/d", "ab/cd", "abc", "abc/d", "b", "a-b/c", "ab.x"]
            ).Select(name => Folder + name),
        ];
        await PutAll(keys);
        foreach (
            var prefix in (string[])
                ["", "a", "ab", "ab/", "ab/c", "ab/c/", "abc", "b", "c", "ab//", "/"]
        )
            await AssertListed(
                prefix,
                keys.Where(k => k.StartsWith(Folder + prefix, StringComparison.Ordinal))
            );
    }

    public static TheoryData<string> ImpossibleKeys =>
        ["", "t/nul\0inside", "t/" + (char)0xD800 + " lone surrogate", new string('x', 1025)];

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(ImpossibleKeys))]
    public async Task An_impossible_key_is_refused(string key)
    {
        var failed = await Assert.ThrowsAsync<StoreException>(() => PutAsync(key, "x"));
        Assert.False(failed.IsTransient);
        Assert.DoesNotContain('\0', failed.Message);
        await Assert.ThrowsAsync<StoreException>(() => Store.HeadAsync(key, Cancellation));
        await Assert.ThrowsAsync<StoreException>(() => ReadAsync(key));
        await Assert.ThrowsAsync<StoreException>(() => Store.DeleteAsync([key], Cancellation));
    }

    private async Task RoundTrip(string key)
    {
        var put = await PutAsync(key, key);
        Assert.Equal(key, put?.Key);
        Assert.Equal(put!.ETag, (await Store.HeadAsync(key, Cancellation))?.ETag);
        Assert.Equal(key, await ReadAsync(key));
        Assert.Equal([key], (await ListAsync("")).Select(o => o.Key));
        Assert.Equal([key], await Listed(key));
        Assert.Null(await PutAsync(key, "again", PutCondition.Absent));
        Assert.NotNull(await PutAsync(key, "again", PutCondition.Matches(put.ETag)));
        await Store.DeleteAsync([key], Cancellation);
        Assert.Null(await Store.HeadAsync(key, Cancellation));
        Assert.Empty(await ListAsync(""));
    }

    private async Task PutAll(IEnumerable<string> keys)
    {
        foreach (var key in keys)
            Assert.NotNull(await PutAsync(key, key));
    }

    private async Task AssertReadable(IEnumerable<string> keys)
    {
        foreach (var key in keys)
            Assert.Equal(key, await ReadAsync(key));
    }

    private async Task AssertListed(string prefix, IEnumerable<string> keys) =>
        Assert.Equal(keys.Order(Utf8Order.Instance), await Listed(Folder + prefix));

    private async Task<List<string>> Listed(string prefix)
    {
        var keys = new List<string>();
        await foreach (var found in Store.ListAsync(prefix, Cancellation))
            keys.Add(found.Key);
        return keys;
    }
}
