using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using Laddermill.Server.Console.SignIn;
using Laddermill.Server.Tests.TestServers;
using Laddermill.Tests.Players;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Laddermill.Server.Tests.Console;

/// <summary>Signing in to the console at an OpenID Connect issuer: a real one, with its own pages, in a real browser.</summary>
public sealed partial class IssuerSignInTests(
    IssuerServer issuer,
    ConsoleServer shared,
    Browser browser
) : ConsolePageTests(shared, browser), IClassFixture<IssuerServer>
{
    private const string ByRole = """, "oidcScopeClaim": "roles" """;
    private readonly Browser chromium = browser;

    [Fact(Timeout = 180_000)]
    public async Task Whoever_the_issuer_knows_gets_in_to_where_they_wanted_until_they_sign_out()
    {
        using var log = new LogRecorder();
        await using var server = await StartAsync(issuer.Access("public", ByRole), log: log);
        var page = await StrangerAsync(server, "/console/jobs?state=failed");
        var asked = new ConcurrentQueue<string>();
        page.Request += (_, request) => asked.Enqueue(request.Url);

        await SignInAsync(page, "ada submit");
        await Expect(page).ToHaveTitleAsync("Jobs · Laddermill", Slow);
        Assert.EndsWith("/console/jobs?state=failed", page.Url, StringComparison.Ordinal);
        await LiveAsync(page);
        await Expect(page.GetByTitle("May submit")).ToHaveTextAsync("Ada");
        var cookies = await page.Context.CookiesAsync([page.Url]);
        var session = cookies.Single(each => each.Name == SignInSetup.CookieName);
        Assert.Equal((true, SameSiteAttribute.Strict), (session.HttpOnly, session.SameSite));
        // What was needed on the way is gone.
        Assert.DoesNotContain(
            cookies,
            each =>
                each.Name.Contains("Nonce", StringComparison.Ordinal)
                || each.Name.Contains("Correlation", StringComparison.Ordinal)
        );
        await page.GoBackAsync();
        Assert.DoesNotContain(IssuerSetup.ReturnPath, page.Url, StringComparison.Ordinal);
        await page.GoForwardAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("You are signed out.");
        await page.GetByRole(AriaRole.Link, new() { Name = "sign out there, too" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Yes, sign me out" }).ClickAsync();
        await page.WaitForURLAsync(new Regex("/session/end/success"));
        await page.GotoAsync(new Uri(server.Client.BaseAddress!, "/").AbsoluteUri);
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in with Filmhaus" }).ClickAsync();
        await Expect(page.GetByPlaceholder("Enter any login"))
            .ToBeVisibleAsync(new() { Timeout = 30_000 });

        var codes = asked
            .SelectMany(url => Code().Matches(url))
            .Select(each => each.Value)
            .ToList();
        Assert.NotEmpty(codes);
        Assert.DoesNotContain(asked, url => Token().IsMatch(url));
        Assert.Contains(
            log.Lines,
            line => line.Contains("oidc:ada submit signed in", StringComparison.Ordinal)
        );
        Assert.DoesNotContain(
            log.Lines,
            line => codes.Any(code => line.Contains(code, StringComparison.Ordinal))
        );
        await page.CloseAsync();
    }

    [Fact(Timeout = 180_000)]
    public async Task The_access_token_counts_where_it_is_made_for_the_api()
    {
        await using var server = await StartAsync(
            issuer.Access("api", """, "oidcScopes": ["openid", "read"] """)
        );
        var page = await StrangerAsync(server, "/console/stores");

        await SignInAsync(page, "rita");

        await Expect(page).ToHaveTitleAsync("Stores · Laddermill", Slow);
        await Expect(page.GetByTitle("May read")).ToHaveTextAsync("rita");
        await page.CloseAsync();
    }

    [Fact(Timeout = 180_000)]
    public async Task An_account_that_may_do_nothing_is_told_so_and_another_can_be_taken()
    {
        using var log = new LogRecorder();
        await using var server = await StartAsync(
            issuer.Access("secret", ByRole),
            name => name == "LADDERMILL_OIDC_CLIENT_SECRET" ? IssuerServer.ClientSecret : null,
            log
        );
        var page = await StrangerAsync(server, "/console/profiles");

        await SignInAsync(page, "nobody janitor");
        await Expect(page.GetByRole(AriaRole.Alert))
            .ToContainTextAsync(
                "Filmhaus knows you as Nobody, but this account may do nothing here.",
                new() { Timeout = 30_000 }
            );
        Assert.DoesNotContain(
            await page.Context.CookiesAsync(),
            each => each.Name == SignInSetup.CookieName
        );
        foreach (var viewer in Viewer.Both)
        {
            await page.SetViewportSizeAsync(viewer.Width, viewer.Height);
            await page.EmulateMediaAsync(new() { ColorScheme = viewer.Colours });
            await page.ReloadAsync();
            await LookAsync(page, "sign-in-issuer", viewer);
        }

        await page.GetByRole(AriaRole.Link, new() { Name = "With another account there" })
            .ClickAsync();
        await AtIssuerAsync(page, "ada admin");
        await Expect(page).ToHaveTitleAsync("Profiles · Laddermill", Slow);
        await Expect(page.GetByTitle("May admin")).ToHaveTextAsync("Ada");
        Assert.DoesNotContain(
            log.Lines,
            line => line.Contains(IssuerServer.ClientSecret, StringComparison.Ordinal)
        );
        await page.CloseAsync();
    }

    [Fact(Timeout = 180_000)]
    public async Task Who_turns_back_at_the_issuer_is_asked_again()
    {
        await using var server = await StartAsync(issuer.Access("public", ByRole));
        var page = await StrangerAsync(server, "/");

        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in with Filmhaus" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Cancel" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Alert))
            .ToContainTextAsync("Filmhaus did not let you in", new() { Timeout = 30_000 });
        await page.CloseAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task An_issuer_that_is_away_keeps_nobody_with_a_key_out()
    {
        await using var server = await StartAsync(
            """
            "access": {
                "required": true, "requestsPerSecond": 0, "oidcAuthority": "http://127.0.0.1:9", "oidcAudience": "x", "oidcClientId": "x", "oidcName": "Filmhaus"
            }
            """
        );

        Assert.Contains(
            "Filmhaus does not answer. Try again in a while, or use a key.",
            await TextAsync(server, "/console/sign-in/issuer?next=/console/jobs"),
            StringComparison.Ordinal
        );
        var key = (await server.KeyAsync(Server.Security.Scope.Read)).Key;
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("key", key)]);
        using var answer = await server.SendAsync(HttpMethod.Post, SignInPages.Address, null, form);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_answer_that_nobody_waits_for_opens_nothing()
    {
        await using var server = await StartAsync(issuer.Access("public", ByRole));

        foreach (
            var query in (string[])
                ["", "?code=x&state=y", "?error=access_denied&error_description=hello&state=y"]
        )
        {
            var page = await TextAsync(server, IssuerSetup.ReturnPath + query);

            Assert.Contains("began in another browser", page, StringComparison.Ordinal);
            Assert.DoesNotContain("hello", page, StringComparison.Ordinal);
        }
        Assert.DoesNotContain(
            "role=\"alert\"",
            await TextAsync(server, $"{SignInPages.Address}?problem=Call%20this%20number"),
            StringComparison.Ordinal
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task A_page_of_another_site_cannot_begin_a_sign_in()
    {
        await using var server = await StartAsync(issuer.Access("public", ByRole));

        using var answer = await server.SendAsync(
            HttpMethod.Get,
            IssuerPages.SignIn,
            null,
            null,
            ("Sec-Fetch-Site", "cross-site")
        );

        Assert.Equal(SignInPages.Address, answer.RequestMessage!.RequestUri!.AbsolutePath);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    private static PageAssertionsToHaveTitleOptions Slow => new() { Timeout = 30_000 };

    private static Task<ServerUnderTest> StartAsync(
        string access,
        Func<string, string?>? variable = null,
        LogRecorder? log = null
    ) =>
        ServerUnderTest.StartAsync(
            PlayedEngine.Ending(0),
            ServerUnderTest.OnePipeline + ", " + access,
            variable: variable,
            change: services =>
            {
                if (log is not null)
                {
                    services.AddSingleton<ILoggerProvider>(log);
                }
            }
        );

    private async Task<IPage> StrangerAsync(ServerUnderTest server, string path)
    {
        var page = await chromium.NewPageAsync(Viewer.Desktop.Options);
        await page.GotoAsync(new Uri(server.Client.BaseAddress!, path).AbsoluteUri);
        return page;
    }

    private static async Task SignInAsync(IPage page, string who)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in with Filmhaus" }).ClickAsync();
        await AtIssuerAsync(page, who);
    }

    /// <summary>On the issuer's own pages: who it is, and that we may know it.</summary>
    private static async Task AtIssuerAsync(IPage page, string who)
    {
        await page.GetByPlaceholder("Enter any login").FillAsync(who);
        await page.GetByPlaceholder("and password").FillAsync("any");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign-in" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
    }

    private static async Task<string> TextAsync(ServerUnderTest server, string path) =>
        await server.Client.GetStringAsync(path, TestContext.Current.CancellationToken);

    /// <summary>An authorization code as it stands in an address.</summary>
    [GeneratedRegex("(?<=[?&]code=)[^&]+")]
    private static partial Regex Code();

    [GeneratedRegex("[?&#](id_token|access_token|refresh_token|id_token_hint)=")]
    private static partial Regex Token();
}
