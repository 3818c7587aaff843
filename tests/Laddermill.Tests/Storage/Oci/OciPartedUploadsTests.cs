using Laddermill.Storage;
using Laddermill.Storage.Oci;
using Laddermill.Tests.TestServers;

namespace Laddermill.Tests.Storage.Oci;

public sealed class OciPartedUploadsTests(OciServer server)
    : PartedUploadsContract,
        IClassFixture<OciServer>,
        IDisposable
{
    private readonly OciObjectStore store = server.Store();

    protected override IObjectStore Store => store;

    protected override IPartedUploads Parted => store.Parted;

    public void Dispose() => store.Dispose();
}
