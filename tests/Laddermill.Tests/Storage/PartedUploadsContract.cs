using System.Security.Cryptography;
using Laddermill.Storage;

namespace Laddermill.Tests.Storage;

/// <summary>What every bucket that takes objects in parts must do.</summary>
public abstract class PartedUploadsContract
{
    private const int Part = 10 << 20;

    private static readonly PutOptions Film = new("video/mp4");

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected abstract IObjectStore Store { get; }

    protected abstract IPartedUploads Parted { get; }

    [Fact(Timeout = 120_000)]
    public async Task An_object_appears_when_its_parts_are_completed()
    {
        var content = RandomNumberGenerator.GetBytes(Part + 7);
        var key = $"parted/{Guid.NewGuid():n} é.mp4";
        var upload = await Parted.BeginAsync(key, Film, Cancellation);
        _ = await Parted.PutPartAsync(key, upload, 1, new byte[Part], Cancellation);
        // The same part once more, as after a crash: the later one counts.
        string[] parts =
        [
            await Parted.PutPartAsync(key, upload, 1, content.AsMemory(0, Part), Cancellation),
            await Parted.PutPartAsync(key, upload, 2, content.AsMemory(Part), Cancellation),
        ];
        Assert.Null(await Store.HeadAsync(key, Cancellation));

        var made = await Parted.CompleteAsync(
            key,
            upload,
            parts,
            PutCondition.Absent,
            Cancellation
        );

        Assert.Equal(await Store.HeadAsync(key, Cancellation), made);
        Assert.Equal(content.Length, made!.Size);
        await using var stored = await Store.ReadAsync(key, 0, null, made.ETag, Cancellation);
        Assert.Equal(SHA256.HashData(content), await SHA256.HashDataAsync(stored!, Cancellation));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_taken_name_is_kept_unless_it_is_replaced()
    {
        var key = $"parted/{Guid.NewGuid():n}.mp4";
        var upload = await Parted.BeginAsync(key, Film, Cancellation);
        string[] parts =
        [
            await Parted.PutPartAsync(key, upload, 1, "mine"u8.ToArray(), Cancellation),
        ];
        var theirs = await Store.PutAsync(key, "theirs"u8.ToArray(), Film, default, Cancellation);

        var refused = await Parted.CompleteAsync(
            key,
            upload,
            parts,
            PutCondition.Absent,
            Cancellation
        );
        var between = await Store.HeadAsync(key, Cancellation);
        var replaced = await Parted.CompleteAsync(
            key,
            upload,
            parts,
            PutCondition.None,
            Cancellation
        );

        Assert.Null(refused);
        Assert.Equal(theirs!.ETag, between!.ETag);
        Assert.Equal(4, replaced!.Size);
    }

    [Fact(Timeout = 120_000)]
    public async Task What_is_given_up_is_no_object_and_giving_it_up_twice_is_no_error()
    {
        var key = $"parted/{Guid.NewGuid():n}.mp4";
        var upload = await Parted.BeginAsync(key, Film, Cancellation);
        await Parted.PutPartAsync(key, upload, 1, new byte[7], Cancellation);

        await Parted.AbortAsync(key, upload, Cancellation);
        await Parted.AbortAsync(key, upload, Cancellation);

        Assert.Null(await Store.HeadAsync(key, Cancellation));
        await Assert.ThrowsAsync<StoreException>(() =>
            Parted.PutPartAsync(key, upload, 1, new byte[7], Cancellation)
        );
    }
}
