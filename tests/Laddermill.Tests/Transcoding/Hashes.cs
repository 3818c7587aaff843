using System.Security.Cryptography;
using System.Text;
using Laddermill.Storage;

namespace Laddermill.Tests.Transcoding;

/// <summary>What was made, for comparison.</summary>
internal static class Hashes
{
    /// <summary>Names below the prefix and SHA-256 of all init segments and segments; there is at least one.</summary>
    public static async Task<List<(string Name, string Hash)>> OfMediaAsync(
        IObjectStore store,
        string prefix
    )
    {
        var cancellation = TestContext.Current.CancellationToken;
        var hashes = new List<(string, string)>();
        await foreach (var found in store.ListAsync(prefix, cancellation))
        {
            if (Path.GetExtension(found.Key) is not (".m4s" or ".mp4"))
            {
                continue;
            }
            await using var body = await store.ReadAsync(found.Key, 0, null, null, cancellation);
            var hash = await SHA256.HashDataAsync(body!, cancellation);
            hashes.Add((found.Key[prefix.Length..], Convert.ToHexString(hash)));
        }
        Assert.NotEmpty(hashes);
        return hashes;
    }

    /// <summary>MD5 of each decoded picture of the first stream of pictures.</summary>
    /// <param name="source">A file or a playlist.</param>
    public static async Task<List<string>> OfPicturesAsync(string source)
    {
        var list = await Published.FfmpegAsync([
            .. Published.Reading(source),
            .. "-map 0:v:0 -fps_mode passthrough -f framehash -hash md5 pipe:1".Split(' '),
        ]);
        return
        [
            .. Encoding
                .ASCII.GetString(list)
                .Split('\n')
                .Where(line => line.Length > 0 && line[0] != '#')
                .Select(line => line[(line.LastIndexOf(',') + 1)..].Trim()),
        ];
    }
}
