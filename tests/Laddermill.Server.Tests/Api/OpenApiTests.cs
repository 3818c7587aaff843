using System.Globalization;
using System.Text;
using Laddermill.Processes;
using Laddermill.Server.Security;
using Laddermill.Server.Tests.TestServers;
using Laddermill.Tests;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Laddermill.Server.Tests.Api;

/// <summary>The OpenAPI document: whether it is a good one, and whether it is true.</summary>
public sealed class OpenApiTests(OpenServer shared) : IClassFixture<OpenServer>
{
    private readonly ServerUnderTest server = shared.Server;

    [Fact(Timeout = 120_000)]
    public async Task A_linter_finds_nothing_to_say_about_the_document()
    {
        var project = await InstallAsync();
        var file = Path.Combine(server.Folder, "openapi.json");
        await File.WriteAllTextAsync(
            file,
            await server.Client.GetStringAsync("/openapi/v1.json", Cancellation),
            Cancellation
        );

        await RunAsync(
            project,
            "The linter has found something.",
            "node_modules/@redocly/cli/bin/cli.js",
            "lint",
            file,
            "--config=redocly.yaml"
        );
    }

    [Fact(Timeout = 300_000)]
    public async Task Every_answer_to_requests_that_are_made_up_from_the_document_is_as_it_says()
    {
        var project = await InstallAsync();
        await DropAsync();

        var told = await RunAsync(
            project,
            "The server does not do what its OpenAPI document says.",
            "fuzz.mjs",
            server.Client.BaseAddress!.ToString().TrimEnd('/'),
            "20",
            "1"
        );

        TestContext.Current.TestOutputHelper?.WriteLine(told);
        Assert.Contains("listJobs: 200 400", told, StringComparison.Ordinal);
        Assert.Contains("createKey: 201 400", told, StringComparison.Ordinal);
    }

    [Trait("Level", "Long")]
    [Fact(Timeout = 900_000)]
    public async Task Thousands_of_answers_are_as_the_document_says()
    {
        var project = await InstallAsync();
        await DropAsync();
        var seed = Random.Shared.Next();

        var told = await RunAsync(
            project,
            $"The server does not do what its OpenAPI document says (seed {seed}).",
            "fuzz.mjs",
            server.Client.BaseAddress!.ToString().TrimEnd('/'),
            "1000",
            seed.ToString(CultureInfo.InvariantCulture)
        );

        TestContext.Current.TestOutputHelper?.WriteLine(told);
    }

    [Fact(Timeout = 60_000)]
    public async Task Every_route_for_programs_is_in_the_document_with_its_scope()
    {
        var document = await server.GetAsync("/openapi/v1.json");
        var told = document["paths"]!
            .AsObject()
            .SelectMany(path =>
                path.Value!.AsObject()
                    .Select(operation =>
                        (operation.Key.ToUpperInvariant(), path.Key, operation.Value!)
                    )
            )
            .ToDictionary(each => (each.Item1, each.Key), each => each.Item3);
        var routes = server
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(route =>
                route.Metadata.GetMetadata<AccessRule>()?.Scope is not null
                && route.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>()
                    is not { ExcludeFromDescription: true }
            );

        Assert.All(
            routes,
            route =>
            {
                var method = route
                    .Metadata.GetMetadata<IHttpMethodMetadata>()!
                    .HttpMethods.Single();
                var path = "/" + route.RoutePattern.RawText!.Trim('/');
                var operation = told[(method, path)];
                var scope = Scopes.NameOf(route.Metadata.GetMetadata<AccessRule>()!.Scope!.Value);
                Assert.Contains(
                    $"Scope: `{scope}`",
                    (string)operation["description"]!,
                    StringComparison.Ordinal
                );
                Assert.NotEmpty(operation["security"]!.AsArray());
                Assert.NotEmpty((string)operation["summary"]!);
                Assert.All(
                    operation["responses"]!.AsObject().Where(each => each.Key[0] is '4' or '5'),
                    each => Assert.NotNull(each.Value!["content"]!["application/problem+json"])
                );
            }
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task The_page_of_the_document_asks_no_other_host()
    {
        var page = await server.Client.GetAsync("/docs/", Cancellation);
        var text = await page.Content.ReadAsStringAsync(Cancellation);

        var policy = page.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith(
            "default-src 'none'; script-src 'self' 'nonce-",
            policy,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("http:", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("https:", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("://", text, StringComparison.Ordinal);
        Assert.Contains("\"telemetry\":false", text, StringComparison.Ordinal);
        var script = await server.Client.GetAsync("/docs/scalar.js", Cancellation);
        Assert.True(script.IsSuccessStatusCode);
    }

    /// <summary>A job to ask about.</summary>
    private async Task DropAsync()
    {
        await File.WriteAllBytesAsync(
            Path.Combine(server.Inbox, "film.mp4"),
            [1, 2, 3],
            Cancellation
        );
        await server.JobsAsync(all => all.Count > 0);
    }

    private static async Task<string> InstallAsync()
    {
        var project = await NpmProject.InstallAsync("openapi");
        var version = (await RunAsync(project, "node cannot be started.", "--version")).Trim();
        Assert.SkipUnless(
            Version.Parse(version.TrimStart('v')) >= new Version(20, 19),
            $"The linter needs node 20.19 or newer; there is {version}."
        );
        return project;
    }

    /// <returns>What it wrote.</returns>
    private static async Task<string> RunAsync(
        string project,
        string failure,
        params string[] arguments
    )
    {
        var node = new ToolCommand("node", [.. arguments])
        {
            WorkingDirectory = project,
            Environment = ToolEnvironment
                .Clean.With("REDOCLY_TELEMETRY", "off")
                .With("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true"),
        };
        await using var process = ToolProcess.Start(
            node,
            ToolOutput.Captured,
            cancellationToken: Cancellation
        );
        using var output = new MemoryStream();
        await process.StandardOutput.CopyToAsync(output, Cancellation);
        await process.EnsureSuccessAsync($"{failure} {Encoding.UTF8.GetString(output.ToArray())}");
        return Encoding.UTF8.GetString(output.ToArray());
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;
}
