using System.Text.RegularExpressions;

namespace Laddermill.Tests.Transcoding;

/// <summary>Opens a film again and again, as players do, and demands that all of it is there and of one revision.</summary>
internal sealed partial class Viewer(string folder)
{
    /// <returns>How often the film was opened.</returns>
    public async Task<int> WatchAsync(CancellationToken end)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        for (var looks = 0; ; looks++)
        {
            Look();
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
    public void Look()
    {
        var master = File.ReadAllText(Path.Join(folder, "master.m3u8"));
        var playlists = Uris(master).ToList();
        Assert.NotEmpty(playlists);
        Assert.Single(playlists.Select(Revision).Distinct());
        foreach (var playlist in playlists)
        {
            var text = File.ReadAllText(Path.Join(folder, playlist));
            Assert.EndsWith("#EXT-X-ENDLIST", text.TrimEnd(), StringComparison.Ordinal);
            var files = Uris(text).Distinct().ToList();
            Assert.NotEmpty(files);
            foreach (var file in files)
            {
                AssertThere(Path.Join(folder, Path.GetDirectoryName(playlist), file));
            }
        }

        var manifest = File.ReadAllText(Path.Join(folder, "dash.mpd"));
        Assert.EndsWith("</MPD>", manifest.TrimEnd(), StringComparison.Ordinal);
        var inits = Initialization()
            .Matches(manifest)
            .Select(match => match.Groups[1].Value)
            .ToList();
        Assert.NotEmpty(inits);
        Assert.Single(inits.Select(Revision).Distinct());
    }

    private static void AssertThere(string file) =>
        Assert.True(new FileInfo(file) is { Exists: true, Length: > 0 }, $"{file} is missing");

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
