using System.Collections.Immutable;
using Laddermill.Jobs;
using Laddermill.Media;
using Laddermill.Storage;
using Laddermill.Storage.FileSystem;

namespace Laddermill.Transcoding;

/// <summary>The source of one job: which version of which object it is, and how to read it.</summary>
/// <param name="Address">For people: as it was given, without secrets.</param>
/// <param name="Name">The object's folder under the destination, unless the job names another.</param>
/// <param name="Size">Bytes.</param>
/// <param name="OpenAsync">Makes it readable for ffmpeg; not called for a job that is done already.</param>
internal sealed record JobSource(
    string Address,
    string Name,
    long Size,
    SourceIdentity Identity,
    Func<CancellationToken, Task<SourceAccess>> OpenAsync
)
{
    /// <param name="stores">Opens the store of an address.</param>
    /// <exception cref="FileNotFoundException">There is no such object.</exception>
    /// <exception cref="RejectedException">It is empty.</exception>
    /// <exception cref="StoreException">Its store refuses or cannot be reached.</exception>
    public static async Task<JobSource> FindAsync(
        ObjectLocation location,
        Func<ObjectLocation, IObjectStore> stores,
        TimeProvider clock,
        CancellationToken cancellation
    ) =>
        location.Scheme == StoreScheme.File
            ? FindFile(location, clock)
            : await FindObjectAsync(location, stores(location), clock, cancellation);

    /// <summary>A local file is read in place, but for names of which ffmpeg would make more than a name.</summary>
    private static JobSource FindFile(ObjectLocation location, TimeProvider clock)
    {
        var file = new FileInfo(location.LocalPath);
        if (!file.Exists)
        {
            throw new FileNotFoundException(
                Directory.Exists(file.FullName)
                    ? $"The source {file.FullName} is a folder; name one file in it."
                    : $"The source {file.FullName} does not exist; check the path."
            );
        }
        RefuseEmpty(file.FullName, file.Length);
        var sidecars = Sidecars.BesideFile(file.FullName);
        var version = Sidecars.Version(file) + Sidecars.VersionOf(sidecars);
        return new JobSource(
            file.FullName,
            file.Name,
            file.Length,
            new SourceIdentity("file", "", "", file.FullName, version),
            MediaInput.IsPlainName(file.Name)
                ? _ => Task.FromResult(SourceAccess.OfFile(file.FullName, sidecars))
                : token => OpenByGatewayAsync(file, sidecars, clock, token)
        );
    }

    private static async Task<SourceAccess> OpenByGatewayAsync(
        FileInfo file,
        ImmutableArray<SidecarText> sidecars,
        TimeProvider clock,
        CancellationToken cancellation
    )
    {
        var folder = new FileSystemObjectStore(file.DirectoryName!, clock);
        return await folder.HeadAsync(file.Name, cancellation) is { } found
            ? await SourceAccess.OfObjectAsync(
                file.FullName,
                folder,
                found,
                sidecars,
                clock,
                cancellation
            )
            // A link, or a name that the store keeps for itself: in place after all, and refused if it is a pattern.
            : SourceAccess.OfFile(file.FullName, sidecars);
    }

    /// <summary>Any other object is read through a gateway, in the version that it has now.</summary>
    private static async Task<JobSource> FindObjectAsync(
        ObjectLocation location,
        IObjectStore store,
        TimeProvider clock,
        CancellationToken cancellation
    )
    {
        var address = location.ToString();
        var found =
            await store.HeadAsync(location.Key, cancellation)
            ?? throw new FileNotFoundException(
                $"The source {address} does not exist; check the bucket and the key."
            );
        RefuseEmpty(address, found.Size);
        var (identity, sidecars) = await IdentifyAsync(store, found, cancellation);
        return new JobSource(
            address,
            location.Key,
            found.Size,
            identity,
            token => SourceAccess.OfObjectAsync(address, store, found, sidecars, clock, token)
        );
    }

    /// <summary>
    /// What a version of an object is called in ids of jobs, the files of subtitles beside it included: one answer for who does a job and for who only has
    /// to know its id.
    /// </summary>
    /// <exception cref="StoreException">The store refuses or cannot be reached.</exception>
    public static async Task<(
        SourceIdentity Identity,
        ImmutableArray<SidecarText> Beside
    )> IdentifyAsync(IObjectStore store, StoredObject found, CancellationToken cancellation)
    {
        var sidecars = await Sidecars.BesideObjectAsync(store, found.Key, cancellation);
        var known = store.Identify(found.Key);
        return (
            new SourceIdentity(
                known.Provider,
                known.Endpoint,
                known.Bucket,
                known.Key,
                found.ETag + Sidecars.VersionOf(sidecars)
            ),
            sidecars
        );
    }

    private static void RefuseEmpty(string address, long size)
    {
        if (size == 0)
        {
            throw new RejectedException(
                RejectionCode.Empty,
                $"The source {address} is empty (0 bytes); upload it again."
            );
        }
    }
}
