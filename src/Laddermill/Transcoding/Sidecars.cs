using System.Collections.Immutable;
using System.Globalization;
using Laddermill.Media;
using Laddermill.Storage;

namespace Laddermill.Transcoding;

/// <summary>Finds the files of subtitles beside a source. Who may read a film need not be allowed to list what is beside it: then there are none.</summary>
internal static class Sidecars
{
    /// <summary>Objects whose names begin as the film's does; more are not looked at.</summary>
    private const int MostNeighbours = 1000;

    /// <summary>
    /// Those beside a file of this machine, in order of their names. Links are not followed: whoever may put a file beside a source need not be allowed to
    /// read what a link names.
    /// </summary>
    public static ImmutableArray<SidecarText> BesideFile(string path)
    {
        var (folder, name) = (Path.GetDirectoryName(path), Path.GetFileName(path));
        try
        {
            return folder is null
                ? []
                :
                [
                    .. new DirectoryInfo(folder)
                        .EnumerateFiles()
                        .Select(file => (Sidecar: SidecarFile.Of(name, file.Name), File: file))
                        // Pipes and devices have no length either.
                        .Where(found =>
                            found.Sidecar is not null
                            && found.File is { LinkTarget: null, Length: > 0 }
                        )
                        .OrderBy(found => found.File.Name, StringComparer.Ordinal)
                        .Select(found => new SidecarText(
                            found.Sidecar!,
                            Version(found.File),
                            _ => Task.FromResult<Stream?>(Open(found.File.FullName))
                        )),
                ];
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Those beside an object, in order of their keys.</summary>
    /// <exception cref="StoreException">The store cannot be reached; trying again may help.</exception>
    public static async Task<ImmutableArray<SidecarText>> BesideObjectAsync(
        IObjectStore store,
        string key,
        CancellationToken cancellation
    )
    {
        var folder = key[..(key.LastIndexOf('/') + 1)];
        var name = key[folder.Length..];
        var prefix = $"{folder}{Path.GetFileNameWithoutExtension(name)}.";
        var found = ImmutableArray.CreateBuilder<SidecarText>();
        try
        {
            var neighbours = store.ListAsync(prefix, cancellation).Take(MostNeighbours);
            await foreach (var neighbour in neighbours.WithCancellation(cancellation))
            {
                var other = neighbour.Key[folder.Length..];
                if (
                    neighbour.Size > 0
                    && !other.Contains('/', StringComparison.Ordinal)
                    && SidecarFile.Of(name, other) is { } sidecar
                )
                {
                    found.Add(
                        new SidecarText(
                            sidecar,
                            neighbour.ETag,
                            token => OpenAsync(store, neighbour, token)
                        )
                    );
                }
            }
        }
        catch (StoreException denied) when (!denied.IsTransient)
        {
            return [];
        }
        return found.ToImmutable();
    }

    /// <summary>What they add to the version of their film: with other subtitles beside it, it is another job.</summary>
    public static string VersionOf(ImmutableArray<SidecarText> sidecars) =>
        string.Concat(sidecars.Select(each => $" {each.File.Name} {each.Version}"));

    /// <summary>Size in bytes and time of the last change in ns.</summary>
    public static string Version(FileInfo file) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{file.Length}-{(file.LastWriteTimeUtc - DateTime.UnixEpoch).Ticks * 100}"
        );

    private static FileStream? Open(string path)
    {
        try
        {
            return File.OpenRead(path);
        }
        // It was there when it was found; the film does not depend on it.
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static async Task<Stream?> OpenAsync(
        IObjectStore store,
        StoredObject version,
        CancellationToken cancellation
    )
    {
        try
        {
            return await store.ReadAsync(version.Key, 0, null, version.ETag, cancellation);
        }
        catch (StoreException gone) when (!gone.IsTransient)
        {
            return null;
        }
    }
}
