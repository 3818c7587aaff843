using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Laddermill.Ladders;

namespace Laddermill.Jobs;

/// <summary>Which version of which object, whoever names it and however.</summary>
/// <param name="Provider"><c>file</c>, <c>s3</c> or <c>oci</c>.</param>
/// <param name="Endpoint">Endpoint or namespace; empty for files.</param>
/// <param name="Bucket">Empty for files.</param>
/// <param name="Key">Object key, or a file's absolute path.</param>
/// <param name="Version">ETag; for a file its size and modification time in nanoseconds.</param>
public sealed record SourceIdentity(
    string Provider,
    string Endpoint,
    string Bucket,
    string Key,
    string Version
);

/// <summary>
/// Names of jobs and revisions, computed and never drawn: the same upload, destination and profile is the same job, whoever asks and how often.
/// </summary>
public static class JobId
{
    /// <summary>26 characters: 130 bits of SHA-256 over the job's canonical description, in base32 (RFC 4648, lower case).</summary>
    /// <param name="destination">The destination root's canonical address.</param>
    public static string Compute(
        SourceIdentity source,
        string destination,
        ImmutableArray<string> protocols,
        Profile profile
    )
    {
        var description = new JsonArray(
            source.Provider,
            source.Endpoint,
            source.Bucket,
            source.Key,
            source.Version,
            destination,
            string.Join(',', protocols.Distinct().Order(StringComparer.Ordinal)),
            JsonNode.Parse(Profiles.Canonical(profile))
        );
        return Hash(CanonicalJson.Write(description), 26);
    }

    /// <summary>8 characters that change with everything that could change the bytes: other bytes never appear under a name that was cached.</summary>
    /// <param name="fingerprint">Versions of ffmpeg, its encoders and Laddermill.</param>
    /// <param name="nonce">Something new when a revision was forced; empty otherwise.</param>
    public static string Revision(string jobId, string fingerprint, string nonce) =>
        Hash(CanonicalJson.Write(new JsonArray(jobId, fingerprint, nonce)), 8);

    private static string Hash(string text, int length)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text));
        const string alphabet = "abcdefghijklmnopqrstuvwxyz234567";
        return string.Create(
            length,
            hash,
            static (characters, bytes) =>
            {
                for (var index = 0; index < characters.Length; index++)
                {
                    var bit = index * 5;
                    var pair = (bytes[bit / 8] << 8) | bytes[bit / 8 + 1];
                    characters[index] = alphabet[(pair >> (11 - bit % 8)) & 31];
                }
            }
        );
    }
}
