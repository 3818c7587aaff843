using System.Text.Json.Nodes;
using Laddermill.Processes;
using Laddermill.Server.Tests.TestServers;
using Laddermill.Tests;

namespace Laddermill.Server.Tests.Console;

/// <summary>What Lighthouse says of the console's pages. How fast they are it measures in bytes and requests here, because seconds depend on how busy the machine is.</summary>
public sealed class LighthouseTests(SharedKeptServer kept, ConsoleServer shared, FilmServer films)
    : IClassFixture<SharedKeptServer>
{
    private const int LeastScore = 95;

    [Fact(Timeout = 300_000)]
    public async Task The_first_pages_are_accessible_well_made_and_light()
    {
        await shared.DropAsync("lighthouse slow.mp4", "running");
        await CheckAsync(
            new("sign-in", kept.Server.Client.BaseAddress!, "/console/sign-in", 8, 60),
            new("overview", (await shared.StartedAsync()).Client.BaseAddress!, "/", 20, 1100)
        );
    }

    [Trait("Level", "Long")]
    [Fact(Timeout = 300_000)]
    public async Task The_pages_of_jobs_are_accessible_well_made_and_light()
    {
        await shared.DropAsync("lighthouse slow.mp4", "running");
        var (made, job) = await films.StartedAsync();
        await CheckAsync(
            new(
                "jobs",
                (await shared.StartedAsync()).Client.BaseAddress!,
                "/console/jobs",
                20,
                1100
            ),
            new("job", made.Client.BaseAddress!, $"/console/jobs/{job}", 25, 2200)
        );
    }

    /// <summary>A page, and what it may fetch at most: a little more than it does.</summary>
    private sealed record Page(string Name, Uri Server, string Path, int Requests, int Kilobytes);

    private static async Task CheckAsync(params Page[] pages)
    {
        var chromium = ToolPath.Find("chromium");
        Assert.SkipWhen(
            chromium is null,
            "Chromium is not installed (Debian: apt-get install chromium)."
        );
        var project = await NpmProject.InstallAsync("lighthouse");
        var reports = await ReportsAsync(
            project,
            chromium,
            pages.Select(page => new Uri(page.Server, page.Path))
        );

        Assert.Equal(pages.Length, reports.Count);
        Assert.Multiple([
            .. pages.Zip(reports, (page, report) => (Action)(() => Judge(page, report))),
        ]);
    }

    private static void Judge(Page page, JsonNode report)
    {
        var (name, scores) = (page.Name, report["scores"]!);
        var (requests, kilobytes) = ((int)report["requests"]!, (int)report["bytes"]! / 1000);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{name}: {scores.ToJsonString()}, {requests} requests, {kilobytes} kB, {(int)report["milliseconds"]!} ms"
        );
        Assert.True(report["error"] is null, $"{name}: {report["error"]}");
        foreach (var category in (string[])["accessibility", "best-practices"])
        {
            Assert.True(
                (int)scores[category]! >= LeastScore,
                $"{name}: {category} {scores[category]}: {string.Join('\n', report["below"]!.AsArray())}"
            );
        }
        Assert.Empty(report["complaints"]!.AsArray());
        Assert.Empty(report["elsewhere"]!.AsArray());
        Assert.InRange(requests, 1, page.Requests);
        Assert.InRange(kilobytes, 1, page.Kilobytes);
    }

    private static async Task<List<JsonNode>> ReportsAsync(
        string project,
        string chromium,
        IEnumerable<Uri> pages
    )
    {
        await using var node = ToolProcess.Start(
            new ToolCommand(
                "node",
                [Path.Combine(project, "check.mjs"), .. pages.Select(page => page.AbsoluteUri)]
            )
            {
                Environment = ToolEnvironment.Inherited.With("CHROMIUM", chromium),
            },
            ToolOutput.Captured,
            cancellationToken: TestContext.Current.CancellationToken
        );
        using var lines = new StreamReader(node.StandardOutput);
        var text = await lines.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.EnsureSuccessAsync("Lighthouse did not look at the pages.");
        return
        [
            .. text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonNode.Parse(line)!),
        ];
    }
}
