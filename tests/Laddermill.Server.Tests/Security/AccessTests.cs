using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Laddermill.Server.Security;
using Laddermill.Server.Tests.TestServers;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;

namespace Laddermill.Server.Tests.Security;

/// <summary>Every route that there is, found in the server itself: a new one without a rule fails here.</summary>
public sealed partial class AccessTests(SharedKeptServer shared) : IClassFixture<SharedKeptServer>
{
    private readonly ServerUnderTest server = shared.Server;

    [Fact(Timeout = 60_000)]
    public async Task Every_route_says_who_may_use_it()
    {
        var routes = RoutesOf(server);

        Assert.True(routes.Count > 20, $"{routes.Count} routes");
        Assert.All(
            routes,
            route =>
                Assert.True(
                    route.Rule is not null,
                    $"{route.Method} {route.Path} has no rule: call RequireScope, KeptByOwnSecret or OpenToAll on it."
                )
        );
        Assert.Equal(
            ["/docs", "/health/live", "/health/ready", "/openapi", "/streams"],
            routes
                .Where(route => route.Rule!.Keeping == Keeping.Open && !route.IsFile)
                .Select(route => OpenPart().Match(route.Path).Value)
                .Distinct()
                .Order(StringComparer.Ordinal)
        );
    }

    [Fact(Timeout = 120_000)]
    public async Task No_route_answers_without_a_key_or_with_one_that_is_wrong_revoked_or_too_weak()
    {
        var keys = new Dictionary<Scope, string>();
        foreach (var scope in Enum.GetValues<Scope>())
        {
            keys[scope] = (await server.KeyAsync(scope)).Key;
        }
        var revoked = await server.KeyAsync(Scope.Admin);
        var revoking = await server.SendAsync(
            HttpMethod.Delete,
            $"/keys/{revoked.View.Id}",
            keys[Scope.Admin]
        );
        Assert.Equal(HttpStatusCode.NoContent, revoking.StatusCode);

        foreach (var route in RoutesOf(server).Where(each => each.Rule?.Scope is not null))
        {
            string?[] strangers =
            [
                null,
                "",
                revoked.Key,
                keys[Scope.Admin] + "a",
                keys[Scope.Admin].ToUpperInvariant(),
                ApiKeys.Prefix + new string('a', 40),
                ApiKeys.Prefix + new string('z', 10_000),
                "eyJhbGciOiJub25lIn0.eyJzY29wZSI6ImFkbWluIn0.",
            ];
            foreach (var stranger in strangers)
            {
                await ExpectAsync(route, stranger, HttpStatusCode.Unauthorized);
            }
            foreach (var scope in Enum.GetValues<Scope>().Where(each => each < route.Rule!.Scope))
            {
                await ExpectAsync(route, keys[scope], HttpStatusCode.Forbidden);
            }
            using var allowed = await server.SendAsync(
                route.Method,
                route.Path,
                keys[route.Rule!.Scope!.Value],
                route.Content
            );
            Assert.False(
                allowed.StatusCode
                    is HttpStatusCode.Unauthorized
                        or HttpStatusCode.Forbidden
                        or >= HttpStatusCode.InternalServerError,
                $"{route.Method} {route.Path}: {allowed.StatusCode}"
            );
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_not_there_is_told_only_to_those_who_are_known()
    {
        var key = (await server.KeyAsync(Scope.Read)).Key;

        var stranger = await server.SendAsync(HttpMethod.Get, "/no/such/route");
        var known = await server.SendAsync(HttpMethod.Get, "/no/such/route", key);

        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
        Assert.Equal("Bearer", stranger.Headers.WwwAuthenticate.ToString());
        Assert.Equal(HttpStatusCode.NotFound, known.StatusCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_need_of_keys_everything_is_allowed()
    {
        await using var open = await ServerUnderTest.StartAsync(PlayedEngine.Ending(0));

        foreach (var route in RoutesOf(open).Where(each => each.Rule?.Scope is not null))
        {
            using var answer = await open.SendAsync(route.Method, route.Path, null, route.Content);
            Assert.False(
                answer.StatusCode
                    is HttpStatusCode.Unauthorized
                        or HttpStatusCode.Forbidden
                        or >= HttpStatusCode.InternalServerError,
                $"{route.Method} {route.Path}: {answer.StatusCode}"
            );
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_route_that_others_keep_themselves_asks_for_no_key_and_is_not_slowed_down()
    {
        var kept = RoutesOf(server).Where(each => each.Rule?.Keeping == Keeping.OwnSecret);

        foreach (var route in kept)
        {
            using var answer = await server.SendAsync(route.Method, route.Path);
            Assert.NotEqual("Bearer", answer.Headers.WwwAuthenticate.ToString());
        }
        Assert.DoesNotContain(
            kept,
            route => route.Path.StartsWith("/keys", StringComparison.Ordinal)
        );
    }

    private async Task ExpectAsync(Route route, string? key, HttpStatusCode status)
    {
        using var answer = await server.SendAsync(
            route.Method,
            route.Path,
            null,
            route.Content,
            key is null ? [] : [("Authorization", $"Bearer {key}")]
        );
        Assert.True(
            status == answer.StatusCode,
            $"{route.Method} {route.Path} with {key?[..Math.Min(key.Length, 10)]}: {answer.StatusCode}"
        );
        if (route.Method == HttpMethod.Head)
        {
            return;
        }
        if (key is null && route.IsPage)
        {
            Assert.Contains(
                "name=\"key\"",
                await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
                StringComparison.Ordinal
            );
            return;
        }
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        if (route.Method == HttpMethod.Head)
        {
            return;
        }
        var problem = await answer.Content.ReadFromJsonAsync<JsonNode>(
            TestContext.Current.CancellationToken
        );
        Assert.Equal((int)status, (int)problem!["status"]!);
    }

    private static List<Route> RoutesOf(ServerUnderTest server) =>
        [
            .. from endpoint in server
                .Services.GetRequiredService<EndpointDataSource>()
                .Endpoints.OfType<RouteEndpoint>()
            from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods
                ?? ["GET"]
            select new Route(
                new HttpMethod(method),
                Parameter().Replace("/" + endpoint.RoutePattern.RawText!.TrimStart('/'), "x"),
                endpoint.Metadata.GetMetadata<AccessRule>(),
                IsFileOfPages(endpoint)
            ),
        ];

    /// <summary>Scripts, styles and pictures, and the form that takes a key: who has none yet needs them.</summary>
    private static bool IsFileOfPages(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is not null
        || endpoint.RoutePattern.RawText!.Contains("path:file", StringComparison.Ordinal)
        || endpoint.RoutePattern.RawText!.StartsWith("/console/sign-", StringComparison.Ordinal);

    private sealed record Route(HttpMethod Method, string Path, AccessRule? Rule, bool IsFile)
    {
        /// <summary>People are asked for their key in a page.</summary>
        public bool IsPage =>
            Method == HttpMethod.Get
            && (Path == "/" || Path.StartsWith("/console", StringComparison.Ordinal))
            && !Path.StartsWith("/console/media", StringComparison.Ordinal);

        /// <summary>A body that may be one; null where there is none.</summary>
        public HttpContent? Content =>
            Method == HttpMethod.Post ? JsonContent.Create(new { source = "x" }) : null;
    }

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();

    [GeneratedRegex("^/(health/[a-z]+|[^/]*)")]
    private static partial Regex OpenPart();
}
