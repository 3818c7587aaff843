using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Laddermill.Tests.Players;

/// <summary>The pages of docs/serving.md play.</summary>
public sealed partial class ExamplePageTests(TestMedia media, Browser browser)
{
    private const string Cdn = "https://cdn.jsdelivr.net/npm/";
    private const string Film = "https://streams.example.com/sintel.mp4";

    [Fact(Timeout = 600_000)]
    public async Task Each_page_of_the_documentation_plays()
    {
        var project = await NpmProject.InstallAsync("players");
        var pages = Examples()
            .Matches(File.ReadAllText(Repository.PathTo("docs", "serving.md")))
            .Select(example => example.Groups[1].Value)
            .ToList();
        Assert.Equal(3, pages.Count);
        foreach (var text in pages)
        {
            var page = await browser.NewPageAsync(640, 360);
            var film = await Players.Film.MakeAsync(media, FilmRecipe.Portrait);
            await using var files = await FileServer.StartAsync(film.Folder);
            await page.RouteAsync($"{Cdn}**", route => ServeAsync(route, project));
            await page.RouteAsync(
                $"{files.Address}/example.html",
                route =>
                    route.FulfillAsync(
                        new()
                        {
                            ContentType = "text/html",
                            Body = text.Replace(Film, files.Address, StringComparison.Ordinal),
                        }
                    )
            );
            await page.GotoAsync($"{files.Address}/example.html");
            await page.EvaluateAsync("() => { video.muted = true; video.autoplay = true; }");
            await page.WaitForFunctionAsync("() => video.currentTime > 1", null, Patience);
            await page.CloseAsync();
        }
    }

    private static PageWaitForFunctionOptions Patience => new() { Timeout = 100_000 };

    /// <summary>What the page asks of the CDN, from the same package in the same version.</summary>
    private static Task ServeAsync(IRoute route, string project)
    {
        var asked = Package().Match(route.Request.Url[Cdn.Length..]);
        var (name, version, path) = (asked.Groups[1], asked.Groups[2], asked.Groups[3]);
        var pinned = File.ReadAllText(Path.Combine(project, "package.json"));
        Assert.Contains($"\"{name}\": \"{version}\"", pinned, StringComparison.Ordinal);
        return route.FulfillAsync(
            new() { Path = Path.Combine(project, "node_modules", name.Value, path.Value) }
        );
    }

    [GeneratedRegex("```html\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Examples();

    [GeneratedRegex("^([^@]+)@([^/]+)/(.+)$")]
    private static partial Regex Package();
}
