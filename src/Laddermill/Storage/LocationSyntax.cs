using System.Text;
using System.Text.RegularExpressions;

namespace Laddermill.Storage;

/// <summary>The grammar of addresses; see <see cref="ObjectLocation.ParseSource"/> for its rules.</summary>
internal static partial class LocationSyntax
{
    // S3, Ceph and OCI agree on less; whatever else a store refuses, it will say itself.
    [GeneratedRegex(@"\A(?!\.{1,2}\z)[A-Za-z0-9._-]{1,256}\z")]
    private static partial Regex BucketName { get; }

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9+.-]*(?=://)")]
    private static partial Regex SchemeName { get; }

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>The scheme, and what stands behind <c>://</c> (null for a bare path).</summary>
    public static (StoreScheme Scheme, string? Path) Split(string address)
    {
        if (address.Length == 0)
            throw new AddressException(
                "The address is empty; write a path, s3://bucket/key or oci://bucket/key."
            );
        if (address.Contains('\0'))
            throw new AddressException("The address holds a NUL character, which no store allows.");
        // RFC 8089 also has the form without an authority, file:/path.
        if (address.StartsWith("file:/", StringComparison.OrdinalIgnoreCase))
            return (StoreScheme.File, address["file:".Length..]);
        var name = SchemeName.Match(address);
        if (!name.Success)
            return (StoreScheme.File, null);
        var scheme = name.Value.ToLowerInvariant() switch
        {
            "s3" => StoreScheme.S3,
            "oci" => StoreScheme.Oci,
            var other => throw new AddressException(
                $"The scheme '{other}' is not known; write a path, file:///path, s3://bucket/key or oci://bucket/key."
            ),
        };
        return (scheme, address[(name.Length + 3)..]);
    }

    /// <summary>The absolute path that a bare path (<paramref name="rest"/> is null) or a file URI means.</summary>
    public static string LocalPath(string address, string? rest, string currentDirectory)
    {
        var path = rest is null ? address : DecodeFileUri(address, rest);
        // GetFullPath drops a final '/.', after which a folder would look like a file.
        var folder = path.EndsWith("/.", StringComparison.Ordinal) || path is "." or "..";
        var full = Path.GetFullPath(path, currentDirectory);
        return folder && !full.EndsWith('/') ? full + "/" : full;
    }

    private static string DecodeFileUri(string address, string rest)
    {
        const string Right = "write it like file:///srv/movies/sintel.mp4";
        if (rest.StartsWith("//", StringComparison.Ordinal))
        {
            var slash = rest.IndexOf('/', 2);
            var host = slash < 0 ? rest[2..] : rest[2..slash];
            if (host is not ("" or "localhost"))
                throw new AddressException(
                    $"'{address}' names the host '{host}', and only this machine's files can be read; {Right}."
                );
            rest = slash < 0 ? "/" : rest[slash..];
        }
        if (rest.AsSpan().IndexOfAny('?', '#') is var mark and >= 0)
            throw new AddressException(
                $"'{address}' holds a bare '{rest[mark]}', which ends the path of a URI; write it as {Uri.HexEscape(rest[mark])}, or give a plain path."
            );
        try
        {
            return Decode(rest);
        }
        catch (FormatException)
        {
            throw new AddressException(
                $"'{address}' holds a bad percent escape (%2F, %00 and bytes that are not UTF-8 are refused too); write % itself as %25, or give a plain path."
            );
        }
    }

    private static string Decode(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var length = 0;
        for (var i = 0; i < bytes.Length; i++, length++)
        {
            if (bytes[i] != '%')
            {
                bytes[length] = bytes[i];
                continue;
            }
            if (i + 2 >= bytes.Length)
                throw new FormatException();
            bytes[length] = Convert.FromHexString(bytes.AsSpan(i + 1, 2))[0];
            if (bytes[length] is 0 or (byte)'/')
                throw new FormatException();
            i += 2;
        }
        try
        {
            return StrictUtf8.GetString(bytes, 0, length);
        }
        catch (DecoderFallbackException e)
        {
            throw new FormatException(null, e);
        }
    }

    /// <summary>Bucket, OCI namespace and key of what stands behind <c>s3://</c> or <c>oci://</c>.</summary>
    public static (string Bucket, string? Namespace, string Key) Bucket(
        StoreScheme scheme,
        string address,
        string? rest
    )
    {
        var slash = rest!.IndexOf('/', StringComparison.Ordinal);
        var (bucket, key) = slash < 0 ? (rest, "") : (rest[..slash], rest[(slash + 1)..]);
        string? @namespace = null;
        if (bucket.IndexOf('@', StringComparison.Ordinal) is var at and >= 0)
        {
            // What people write before an @ may be a password: it is not repeated.
            if (scheme != StoreScheme.Oci)
                throw new AddressException(
                    $"The part before the first / holds an @; credentials do not belong in an address. Write it like {Example(scheme)}."
                );
            (bucket, @namespace) = (bucket[..at], bucket[(at + 1)..]);
            if (!BucketName.IsMatch(@namespace) || bucket.Contains(':'))
                throw new AddressException(
                    $"The part before the first / is not bucket@namespace; write it like {Example(scheme)}."
                );
        }
        if (!BucketName.IsMatch(bucket))
            throw new AddressException(
                $"'{address}' names no bucket that could exist ('{bucket}'); write it like {Example(scheme)}."
            );
        if (KeyRules.Problem(key) is { } problem)
            throw new AddressException($"The key of '{KeyRules.Show(address)}' {problem}.");
        return (bucket, @namespace, key);
    }

    public static string Example(StoreScheme scheme) =>
        scheme switch
        {
            StoreScheme.S3 => "s3://films/movies/sintel.mp4",
            StoreScheme.Oci => "oci://films@mytenancy/movies/sintel.mp4",
            _ => "movies/sintel.mp4",
        };

    /// <summary>Escapes only what would otherwise be read differently, so that most addresses look like their path.</summary>
    public static string EscapePath(string path) =>
        path.Replace("%", "%25", StringComparison.Ordinal)
            .Replace("?", "%3F", StringComparison.Ordinal)
            .Replace("#", "%23", StringComparison.Ordinal);
}
