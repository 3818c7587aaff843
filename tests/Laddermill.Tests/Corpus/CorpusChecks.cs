using System.Globalization;
using System.Text.RegularExpressions;
using Laddermill.Storage.FileSystem;
using Laddermill.Verification;

namespace Laddermill.Tests.Corpus;

/// <summary>Whether what was published is what the source holds, by the rules and by what other tools say of both.</summary>
internal static partial class CorpusChecks
{
    /// <returns>What is wrong, in words; empty when all is well.</returns>
    public static async Task<List<string>> FindAsync(
        CorpusEntry entry,
        string source,
        string folder,
        bool isWhole,
        CancellationToken cancellation
    )
    {
        var master = Path.Join(folder, "master.m3u8");
        var lines = await File.ReadAllLinesAsync(master, cancellation);
        List<string> found =
        [
            .. await BrokenRulesAsync(folder, cancellation),
            .. Shapes(entry, lines),
            .. Tracks(entry, lines, isWhole),
        ];
        if (isWhole && entry.IsSound)
        {
            found.AddRange(await DurationAsync(entry, source, folder, lines, cancellation));
        }
        return found;
    }

    private static async Task<IEnumerable<string>> BrokenRulesAsync(
        string folder,
        CancellationToken cancellation
    )
    {
        var store = new FileSystemObjectStore(Path.GetDirectoryName(folder)!);
        var report = await Verifier.VerifyAsync(
            new StoreOutputReader(store, Path.GetFileName(folder)),
            new VerifyOptions(),
            cancellation
        );
        return report.BrokenGates.Select(gate =>
            $"{gate.Rule.Id}: {gate.Findings.FirstOrDefault()}"
        );
    }

    /// <summary>The best picture has the shape that the list says, to the two pixels that even sides cost, and is no larger.</summary>
    private static IEnumerable<string> Shapes(CorpusEntry entry, string[] lines)
    {
        var sizes = lines
            .Where(line => line.StartsWith("#EXT-X-STREAM-INF:", StringComparison.Ordinal))
            .Select(line => Resolution().Match(line))
            .Where(match => match.Success)
            .Select(match => (Width: Number(match.Groups[1]), Height: Number(match.Groups[2])))
            .ToList();
        if (sizes.Count == 0 || entry.Shapes.IsEmpty)
        {
            yield break;
        }
        var best = sizes.MaxBy(size => size.Width * size.Height);
        if (!entry.Shapes.Any(shape => IsLike(best, shape)))
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"shown as {best.Width}x{best.Height}, but is {entry.Shapes[0].Width:0}x{entry.Shapes[0].Height:0}"
            );
        }
    }

    private static bool IsLike(
        (double Width, double Height) made,
        (double Width, double Height) asked
    ) =>
        // Nothing is smaller than 16 pixels.
        (
            made.Width <= Math.Max(16, asked.Width + 1)
            && made.Height <= Math.Max(16, asked.Height + 1)
        )
        && (
            Math.Min(asked.Width, asked.Height) < 16
            || Math.Abs(made.Width - (made.Height * asked.Width / asked.Height)) <= 2
            || Math.Abs(made.Height - (made.Width * asked.Height / asked.Width)) <= 2
        );

    private static IEnumerable<string> Tracks(CorpusEntry entry, string[] lines, bool isWhole)
    {
        var groups = lines
            .Select(line => Group().Match(line))
            .Where(match => match.Success)
            .ToList();
        int Count(string type) =>
            groups
                .Where(match => match.Groups[1].Value == type)
                .GroupBy(match => match.Groups[2].Value)
                .Select(group => group.Count())
                .DefaultIfEmpty(0)
                .Max();
        // A single sound without a picture is the variant itself.
        var isSoundOnly = !lines.Any(line => Resolution().IsMatch(line));
        var tracks = Math.Max(Count("AUDIO"), isSoundOnly ? 1 : 0);
        if (isWhole && tracks != entry.AudioTracks)
        {
            yield return $"{tracks} audio tracks of {entry.AudioTracks}";
        }
        if (isWhole && Count("SUBTITLES") != entry.TextTracks)
        {
            yield return $"{Count("SUBTITLES")} subtitles of {entry.TextTracks}";
        }
    }

    /// <summary>The picture, or the sound where there is no picture, lasts as long as ffmpeg finds in the source, within a frame.</summary>
    private static async Task<IEnumerable<string>> DurationAsync(
        CorpusEntry entry,
        string source,
        string folder,
        string[] lines,
        CancellationToken cancellation
    )
    {
        var first = Path.Join(folder, lines.First(line => line.Length > 0 && line[0] != '#'));
        var playlist = await File.ReadAllLinesAsync(first, cancellation);
        var made = playlist
            .Where(line => line.StartsWith("#EXTINF:", StringComparison.Ordinal))
            .Sum(line => double.Parse(line[8..].Split(',')[0], CultureInfo.InvariantCulture));
        var isPicture = lines.Any(line => Resolution().IsMatch(line));
        var (asked, frame) = await SourceEnds.MeasureAsync(source, isPicture ? "v:0" : "a:0");
        if (isPicture && asked <= frame && entry.AudioTracks > 0)
        {
            // One picture stands as long as its sound.
            (asked, frame) = await SourceEnds.MeasureAsync(source, "a:0");
        }
        // Encoders of sound add a frame at either end, which containers count and decoders do not.
        var leeway = isPicture ? Math.Max(frame, 1 / 25.0) + 0.002 : Math.Max(2 * frame, 0.1);
        return Math.Abs(made - asked) <= leeway
            ? []
            :
            [
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"lasts {made:0.###} s, but ffmpeg decodes {asked:0.###} s of the source"
                ),
            ];
    }

    private static double Number(Group group) =>
        double.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex("RESOLUTION=([0-9]+)x([0-9]+)")]
    private static partial Regex Resolution();

    [GeneratedRegex("^#EXT-X-MEDIA:TYPE=([A-Z]+),GROUP-ID=\"([^\"]*)\"")]
    private static partial Regex Group();
}
