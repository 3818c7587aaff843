using System.Globalization;
using System.Security.Cryptography;
using Laddermill.Storage;

namespace Laddermill.Tests.Storage;

/// <summary>
/// Sizes and numbers that take minutes. The memory that it looks at is that of the whole process, so nothing else may run at the time.
/// </summary>
public abstract class ObjectStoreScaleContract
{
    public const string Alone = "Tests that run alone";

    private const long Mebibyte = 1 << 20;
    private static readonly PutOptions Text = new("text/plain");
    private readonly string folder = $"t-{Guid.NewGuid():n}/";

    protected abstract IObjectStore Store { get; }

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 1_800_000)]
    [Trait("Level", "Long")]
    public async Task A_hundred_thousand_keys_are_listed_in_order_and_removed_in_batches()
    {
        const int count = 100_000;
        // Half of them in one folder, half in a thousand.
        string[] keys =
        [
            .. Enumerable
                .Range(0, count)
                .Select(i =>
                    folder + (i % 2 == 0 ? $"one/{i:000000}" : $"many/{i % 1000:000}/{i:000000}")
                ),
        ];
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = 16,
            CancellationToken = Cancellation,
        };
        await Parallel.ForEachAsync(
            keys,
            parallel,
            async (key, token) =>
                await Store.PutAsync(key, new byte[1], Text, PutCondition.None, token)
        );

        var before = ResetPeak();
        var position = 0;
        Array.Sort(keys, Utf8Order.Instance);
        await foreach (var found in Store.ListAsync(folder, Cancellation))
            Assert.Equal(keys[position++], found.Key);
        Assert.Equal(count, position);
        Assert.InRange(Peak() - before, 0, 100 * Mebibyte);

        await Store.DeleteAsync(keys, Cancellation);
        Assert.False(await Store.ListAsync(folder, Cancellation).AnyAsync(Cancellation));
    }

    [Fact(Timeout = 900_000)]
    [Trait("Level", "Long")]
    public async Task A_gibibyte_passes_through_put_and_read_with_flat_memory()
    {
        var content = GC.AllocateUninitializedArray<byte>(1 << 30);
        new Random(1).NextBytes(content);
        var before = ResetPeak();
        await Store.PutAsync(folder + "big", content, Text, PutCondition.Absent, Cancellation);
        await using (
            var stream = await Store.ReadAsync(folder + "big", 0, null, null, Cancellation)
        )
            Assert.Equal(
                SHA256.HashData(content),
                await SHA256.HashDataAsync(stream!, Cancellation)
            );
        Assert.InRange(Peak() - before, 0, 100 * Mebibyte);

        await using var tail = await Store.ReadAsync(
            folder + "big",
            (1 << 30) - 7,
            100,
            null,
            Cancellation
        );
        var last = new byte[7];
        await tail!.ReadExactlyAsync(last, Cancellation);
        Assert.Equal(content[^7..], last);
        await Store.DeleteAsync([folder + "big"], Cancellation);
    }

    // The memory that this process had at most since the last reset, in bytes.
    private static long Peak() =>
        File.ReadLines("/proc/self/status")
            .Where(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
            .Select(line =>
                long.Parse(line.AsSpan()[6..^3].Trim(), CultureInfo.InvariantCulture) * 1024
            )
            .Single();

    private static long ResetPeak()
    {
        GC.Collect();
        File.WriteAllText("/proc/self/clear_refs", "5");
        return Peak();
    }
}

[CollectionDefinition(ObjectStoreScaleContract.Alone, DisableParallelization = true)]
public sealed class AloneCollection;
