using System.Text;
using System.Text.RegularExpressions;
using Laddermill.Storage;

namespace Laddermill.Tests.Transcoding;

/// <summary>Opens a film again and again, as players do, and demands that all that it is shown is there and of one revision.</summary>
/// <param name="films">The objects' folders to look at, ending with <c>/</c>; may change at any time.</param>
internal sealed partial class Viewer(IObjectStore store, Func<IEnumerable<string>> films)
{
    private readonly Dictionary<string, int> listed = new(StringComparer.Ordinal);

    /// <summary>How often a film was seen that was not complete.</summary>
    public int EarlyLooks { get; private set; }

    /// <returns>How often the films were opened.</returns>
    public async Task<int> WatchAsync(CancellationToken end)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        for (var looks = 0; ; looks++)
        {
            foreach (var film in films())
            {
                await LookAsync(film);
            }
            try
            {
                await timer.WaitForNextTickAsync(end);
            }
            catch (OperationCanceledException)
            {
                return looks + 1;
            }
        }
    }

    /// <summary>Follows the multivariant playlist and the manifest to every file that they lead to.</summary>
    private async Task LookAsync(string film)
    {
        if (await ReadAsync($"{film}master.m3u8") is { } master)
        {
            var playlists = Uris(master).ToList();
            Assert.NotEmpty(playlists);
            var revision = Assert.Single(playlists.Select(Revision).Distinct());
            var texts = new List<(string Folder, string Text)>();
            foreach (var playlist in playlists)
            {
                var text = await ReadAsync(film + playlist);
                Assert.True(text is not null, $"{film}{playlist} is missing");
                texts.Add((film + playlist[..(playlist.LastIndexOf('/') + 1)], text));
                CheckGrowth(film + playlist, text);
            }
            EarlyLooks += texts.All(each => HasEnded(each.Text)) ? 0 : 1;
            var there = await ListAsync($"{film}{revision}/");
            foreach (var (folder, text) in texts)
            {
                var files = Uris(text).Distinct().Select(file => folder + file).ToList();
                Assert.NotEmpty(files);
                Assert.All(files, file => Assert.Contains(file, there));
            }
        }
        if (await ReadAsync($"{film}dash.mpd") is { } manifest)
        {
            Assert.EndsWith("</MPD>", manifest.TrimEnd(), StringComparison.Ordinal);
            Assert.Single(
                Initialization()
                    .Matches(manifest)
                    .Select(match => Revision(match.Groups[1].Value))
                    .Distinct()
            );
        }
    }

    private void CheckGrowth(string playlist, string text)
    {
        var segments = text.Split("#EXTINF").Length - 1;
        Assert.True(segments >= listed.GetValueOrDefault(playlist), $"{playlist} got shorter");
        listed[playlist] = segments;
    }

    private static bool HasEnded(string playlist) =>
        playlist.TrimEnd().EndsWith("#EXT-X-ENDLIST", StringComparison.Ordinal);

    private async Task<string?> ReadAsync(string key)
    {
        await using var stream = await store.ReadAsync(key, 0, null, null, CancellationToken.None);
        if (stream is null)
        {
            return null;
        }
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }

    private async Task<HashSet<string>> ListAsync(string prefix)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var found in store.ListAsync(prefix, CancellationToken.None))
        {
            if (found.Size > 0)
            {
                keys.Add(found.Key);
            }
        }
        return keys;
    }

    private static IEnumerable<string> Uris(string playlist) =>
        playlist
            .Split('\n')
            .Where(line => line.Length > 0 && line[0] != '#')
            .Concat(Uri().Matches(playlist).Select(match => match.Groups[1].Value));

    private static string Revision(string path) => path.Split('/')[0];

    [GeneratedRegex("URI=\"([^\"]+)\"")]
    private static partial Regex Uri();

    [GeneratedRegex("initialization=\"([^\"]+)\"")]
    private static partial Regex Initialization();
}
