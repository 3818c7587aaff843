using Laddermill.Storage;
using Laddermill.Storage.S3;
using Laddermill.Tests.TestServers;

namespace Laddermill.Tests.Storage.S3;

[Trait("Level", "Long")]
public sealed class S3PartedUploadsTests(S3Server server) : PartedUploadsContract, IAsyncLifetime
{
    private S3ObjectStore store = null!;

    protected override IObjectStore Store => store;

    protected override IPartedUploads Parted => store.Parted;

    public async ValueTask InitializeAsync() =>
        store = await server.BucketAsync("parted", Cancellation);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
