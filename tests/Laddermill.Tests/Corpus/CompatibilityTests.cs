using System.Globalization;
using System.Text.RegularExpressions;
using Laddermill.Tests.Transcoding;

namespace Laddermill.Tests.Corpus;

/// <summary>
/// The whole corpus, each file through the command line as a user would: published well, published with a warning, or refused with a code.
/// docs/compatibility.md holds how they fared; LADDERMILL_WRITE_DOCS=1 writes it anew.
/// </summary>
public sealed partial class CompatibilityTests(TestMedia media, ITestOutputHelper log)
{
    private const int Minutes = 60_000;

    /// <summary>Of the worker, without ffmpeg: however odd a file is.</summary>
    private const long MostMemory = 200L << 20;

    /// <summary>Each is half busy, because one ffmpeg at a time is started for so short films.</summary>
    private const int AtOnce = 2;

    [Fact(Timeout = 90 * Minutes)]
    [Trait("Level", "Long")]
    public async Task Every_file_is_published_well_or_refused_with_a_reason()
    {
        var profile = Path.Join(media.NewFolder(), "small.json");
        await File.WriteAllTextAsync(
            profile,
            $$"""{ "small": {{Published.LongRangeProfile}} }""",
            TestContext.Current.CancellationToken
        );
        var entries = CorpusEntry.ReadAll(TestMedia.Corpus);
        var runs = new CorpusRun[entries.Length];
        var findings = new List<string>[entries.Length];
        await Parallel.ForEachAsync(
            entries.Index(),
            new ParallelOptions
            {
                MaxDegreeOfParallelism = AtOnce,
                CancellationToken = TestContext.Current.CancellationToken,
            },
            async (each, token) =>
                (runs[each.Index], findings[each.Index]) = await RunAsync(each.Item, profile, token)
        );

        var page = CompatibilityPage.Write([.. entries.Zip(runs)]);
        var slowest = runs.Max(run => run.Time);
        log.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{runs.Sum(run => run.Time.TotalMinutes):0.0} min in all, the slowest {slowest.TotalSeconds:0.0} s; the worker's peak memory: {runs.Max(run => run.PeakMemory) >> 20} MiB, {runs.Average(run => run.PeakMemory) / (1 << 20):0} MiB on average."
            )
        );
        Assert.Empty(
            entries
                .Zip(
                    findings,
                    (entry, found) => found.Select(finding => $"{entry.File}: {finding}")
                )
                .SelectMany(found => found)
        );
        var place = Repository.PathTo("docs", "compatibility.md");
        var written = await File.ReadAllTextAsync(place, TestContext.Current.CancellationToken);
        var asItIs = Section().Replace(written, _ => page + CompatibilityPage.End);
        if (Environment.GetEnvironmentVariable("LADDERMILL_WRITE_DOCS") == "1")
        {
            await File.WriteAllTextAsync(place, asItIs, TestContext.Current.CancellationToken);
            written = asItIs;
        }
        Assert.Equal(asItIs, written);
    }

    private async Task<(CorpusRun, List<string>)> RunAsync(
        CorpusEntry entry,
        string profile,
        CancellationToken cancellation
    )
    {
        var source = TestMedia.CorpusFile(entry.File);
        var destination = media.NewFolder();
        var run = await CorpusRun.RunAsync(
            source,
            destination,
            profile,
            media.NewFolder(),
            cancellation
        );
        List<string> found = [.. run.Left.Select(left => $"left behind: {left}")];
        if (run.PeakMemory > MostMemory)
        {
            found.Add($"took {run.PeakMemory >> 20} MiB of memory");
        }
        if (run.Code == 0)
        {
            found.AddRange(
                await CorpusChecks.FindAsync(
                    entry,
                    source,
                    Path.Join(destination, entry.File),
                    isWhole: run.Warnings.IsEmpty,
                    cancellation
                )
            );
        }
        else if (run.Refusal is null)
        {
            found.Add($"ended with exit code {run.Code}: {run.Sentence}");
        }
        Directory.Delete(destination, recursive: true);
        log.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{entry.File} | {run.Refusal ?? $"{run.Code}"} | {run.Time.TotalSeconds:0.0} s | {run.PeakMemory >> 20} MiB | {string.Join("; ", found)}"
            )
        );
        return (run, found);
    }

    [GeneratedRegex("<!-- runs: [^>]*-->\n.*?<!-- end -->", RegexOptions.Singleline)]
    private static partial Regex Section();
}
