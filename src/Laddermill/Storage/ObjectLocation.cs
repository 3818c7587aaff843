namespace Laddermill.Storage;

/// <summary>The kinds of object store, named by the scheme of their addresses.</summary>
public enum StoreScheme
{
    File,
    S3,
    Oci,
}

/// <summary>
/// Where an object (a source) or a tree of objects (a destination) lies. Equal values mean the same place, as far as text can tell.
/// </summary>
/// <param name="Bucket">The bucket's name; for <see cref="StoreScheme.File"/> the absolute path of the root folder.</param>
/// <param name="Namespace">OCI's namespace when the address names it; null means the tenancy's own, which is looked up.</param>
/// <param name="Key">A source's key (never empty); a destination's prefix, which is empty or ends with <c>/</c>.</param>
public sealed record ObjectLocation(
    StoreScheme Scheme,
    string Bucket,
    string? Namespace,
    string Key
)
{
    /// <summary>
    /// Reads the address of one object: a path, <c>file://…</c>, <c>s3://bucket/key</c>, <c>oci://bucket/key</c> or
    /// <c>oci://bucket@namespace/key</c>. A path becomes its folder and the file's name. A <c>file</c> URI is percent-decoded (RFC 8089); the
    /// keys of <c>s3</c> and <c>oci</c> are taken literally, to the end: neither <c>%</c>, <c>+</c>, <c>?</c> nor <c>#</c> means anything in them.
    /// </summary>
    /// <param name="currentDirectory">Absolute folder that relative paths start from.</param>
    /// <exception cref="AddressException">The address is malformed.</exception>
    public static ObjectLocation ParseSource(string address, string currentDirectory)
    {
        var (scheme, rest) = LocationSyntax.Split(address);
        if (scheme == StoreScheme.File)
        {
            var path = LocationSyntax.LocalPath(address, rest, currentDirectory);
            var name = Path.GetFileName(path);
            return name.Length == 0
                ? throw new AddressException(
                    $"The source '{address}' is a folder; name one file in it, such as movies/sintel.mp4."
                )
                : new ObjectLocation(scheme, Path.GetDirectoryName(path)!, null, name);
        }
        var (bucket, @namespace, key) = LocationSyntax.Bucket(scheme, address, rest);
        return key.Length == 0
            ? throw new AddressException(
                $"The source '{address}' names a bucket but no object in it; write it like {LocationSyntax.Example(scheme)}."
            )
            : new ObjectLocation(scheme, bucket, @namespace, key);
    }

    /// <summary>
    /// Reads the address of a destination, by the rules of <see cref="ParseSource"/>: a folder, or a bucket with an optional prefix.
    /// </summary>
    /// <exception cref="AddressException">The address is malformed.</exception>
    public static ObjectLocation ParseDestination(string address, string currentDirectory)
    {
        var (scheme, rest) = LocationSyntax.Split(address);
        if (scheme == StoreScheme.File)
        {
            var path = LocationSyntax.LocalPath(address, rest, currentDirectory);
            return new ObjectLocation(scheme, path.Length > 1 ? path.TrimEnd('/') : path, null, "");
        }
        var (bucket, @namespace, key) = LocationSyntax.Bucket(scheme, address, rest);
        var prefix = key.Length == 0 || key.EndsWith('/') ? key : key + "/";
        return new ObjectLocation(scheme, bucket, @namespace, prefix);
    }

    /// <summary>The place of <paramref name="relativeKey"/> under this destination.</summary>
    public ObjectLocation At(string relativeKey) => this with { Key = Key + relativeKey };

    /// <summary>The absolute path for <see cref="StoreScheme.File"/>; for ffmpeg, which reads local files in place.</summary>
    public string LocalPath =>
        Scheme == StoreScheme.File
            ? Path.Join(Bucket, Key)
            : throw new InvalidOperationException($"{this} is not a local file.");

    /// <summary>The address, as the parsers read it back.</summary>
    public override string ToString() =>
        Scheme switch
        {
            StoreScheme.File => "file://" + LocationSyntax.EscapePath(LocalPath),
            StoreScheme.S3 => $"s3://{Bucket}/{Key}",
            _ => $"oci://{Bucket}{(Namespace is null ? "" : "@" + Namespace)}/{Key}",
        };
}
