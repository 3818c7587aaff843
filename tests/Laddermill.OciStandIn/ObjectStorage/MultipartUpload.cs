using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Laddermill.OciStandIn.ObjectStorage;

/// <summary>An object that comes in parts, until it is committed or aborted.</summary>
internal sealed class MultipartUpload(
    string key,
    string id,
    ObjectHeaders headers,
    DateTimeOffset timeCreated
)
{
    /// <summary>What every part but the last must have, by the strictest text on it.</summary>
    private const long MinimumPart = 10 << 20;

    public const int MaximumParts = 10_000;

    public string Key => key;

    public string Id => id;

    public ObjectHeaders Headers => headers;

    public DateTimeOffset TimeCreated => timeCreated;

    public ConcurrentDictionary<int, Part> Parts { get; } = new();

    /// <summary>The body that the parts make, and the hash that stands for its MD5.</summary>
    /// <exception cref="Refusal">A part is missing, wrong, too small, or neither taken nor left out.</exception>
    public (Body Body, string Md5) Assemble(CommitDetails details)
    {
        var wanted = details.PartsToCommit.OrderBy(p => p.PartNum).ToList();
        if (wanted.Count == 0)
            throw Refusal.Invalid("There is no part to commit.");
        var named = wanted.Select(p => p.PartNum).Concat(details.PartsToExclude ?? []).ToHashSet();
        if (Parts.Keys.FirstOrDefault(number => !named.Contains(number)) is var forgotten and > 0)
            throw Bad($"Part {forgotten} is neither committed nor excluded.");
        var parts = wanted
            .Select(p =>
                Parts.TryGetValue(p.PartNum, out var part) && part.ETag == p.Etag
                    ? part
                    : throw Bad($"Part {p.PartNum} was not uploaded with this etag.")
            )
            .ToList();
        if (parts[..^1].Exists(p => p.Body.Length < MinimumPart))
            throw Bad("A part other than the last is smaller than 10 MiB.");
        // MD5 is what the protocol asks for.
#pragma warning disable CA5351
        var md5 = MD5.HashData([.. parts.SelectMany(p => p.Body.Md5)]);
#pragma warning restore CA5351
        return (
            Body.Join(parts.Select(p => p.Body)),
            $"{Convert.ToBase64String(md5)}-{parts.Count}"
        );
    }

    private static Refusal Bad(string message) => new(400, "InvalidUploadPart", message);
}

internal sealed record Part(Body Body, string ETag);
