using System.Net;
using Laddermill.Server.Console.SignIn;
using Laddermill.Server.Security;
using Laddermill.Server.Tests.TestServers;
using Laddermill.Tests.Players;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Laddermill.Server.Tests.Console;

/// <summary>Who may see the console of a server that asks for keys, and how they are known.</summary>
public sealed class SignInTests(SharedKeptServer kept, ConsoleServer shared, Browser browser)
    : ConsolePageTests(shared, browser),
        IClassFixture<SharedKeptServer>
{
    private readonly ServerUnderTest server = kept.Server;
    private readonly Browser chromium = browser;

    [Fact(Timeout = 180_000)]
    public async Task Whoever_has_a_key_gets_in_to_where_they_wanted_until_they_sign_out()
    {
        var key = (await server.KeyAsync(Scope.Read)).Key;
        var page = await StrangerAsync("/console/jobs?state=failed");

        await Expect(page).ToHaveTitleAsync("Sign in · Laddermill");
        await page.GetByLabel("Key").FillAsync("lm_" + new string('a', 40));
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert))
            .ToHaveTextAsync("This key is unknown or revoked.");
        await page.GetByLabel("Key").FillAsync(key);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page).ToHaveTitleAsync("Jobs · Laddermill");
        Assert.EndsWith("/console/jobs?state=failed", page.Url, StringComparison.Ordinal);
        await LiveAsync(page);
        var cookie = (await page.Context.CookiesAsync()).Single(each =>
            each.Name == SignInSetup.CookieName
        );
        Assert.True(cookie.HttpOnly);
        Assert.Equal(SameSiteAttribute.Strict, cookie.SameSite);

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page).ToHaveTitleAsync("Sign in · Laddermill");
        await page.GotoAsync(new Uri(server.Client.BaseAddress!, "/").AbsoluteUri);
        await Expect(page).ToHaveTitleAsync("Sign in · Laddermill");
        await page.CloseAsync();
    }

    [Fact(Timeout = 180_000)]
    public async Task The_page_that_asks_for_a_key_is_fit_for_all()
    {
        foreach (var viewer in Viewer.Both)
        {
            var page = await StrangerAsync("/", viewer);
            await LookAsync(page, "sign-in", viewer);
            await page.CloseAsync();
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_session_opens_pages_and_nothing_of_the_api_and_ends_with_its_key()
    {
        var (key, view) = await server.KeyAsync(Scope.Admin);
        var session = await SessionAsync(key);

        Assert.Equal(HttpStatusCode.OK, await StatusAsync("/console/jobs", session));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("/jobs", session));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("/keys", session));

        await server
            .Services.GetRequiredService<ApiKeys>()
            .RevokeAsync(view.Id, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("/console/jobs", session));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task A_form_of_another_site_neither_signs_in_nor_out(string header, string value)
    {
        var key = (await server.KeyAsync(Scope.Read)).Key;
        foreach (var path in (string[])["/console/sign-in", "/console/sign-out"])
        {
            using var form = new FormUrlEncodedContent([KeyValuePair.Create("key", key)]);
            using var answer = await server.SendAsync(
                HttpMethod.Post,
                path,
                null,
                form,
                (header, value)
            );

            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.False(answer.Headers.Contains("Set-Cookie"));
        }
    }

    [Theory]
    [InlineData("/console/jobs?x=1", "/console/jobs?x=1")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData(null, "/")]
    public void After_the_sign_in_nobody_is_led_elsewhere(string? next, string target) =>
        Assert.Equal(target, SignInPages.Local(next));

    [Fact(Timeout = 120_000)]
    public async Task A_restart_signs_nobody_out()
    {
        var folder = Directory.CreateTempSubdirectory("laddermill-session-").FullName;
        string session;
        await using (
            var first = await ServerUnderTest.StartAsync(
                PlayedEngine.Ending(0),
                KeptServer.Configuration,
                folder
            )
        )
        {
            session = await SessionAsync((await first.KeyAsync(Scope.Read)).Key, first);
        }
        await using var second = await ServerUnderTest.StartAsync(
            PlayedEngine.Ending(0),
            KeptServer.Configuration,
            folder
        );

        Assert.Equal(HttpStatusCode.OK, await StatusAsync("/", session, second));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Path.Combine(folder, ".console-keys"))
        );
    }

    private async Task<IPage> StrangerAsync(string path, Viewer? viewer = null)
    {
        var page = await chromium.NewPageAsync((viewer ?? Viewer.Desktop).Options);
        await page.GotoAsync(new Uri(server.Client.BaseAddress!, path).AbsoluteUri);
        return page;
    }

    private async Task<string> SessionAsync(string key, ServerUnderTest? at = null)
    {
        using var client = new HttpClient(
            new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }
        )
        {
            BaseAddress = (at ?? server).Client.BaseAddress,
        };
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("key", key)]);
        using var answer = await client.PostAsync(
            "/console/sign-in",
            form,
            TestContext.Current.CancellationToken
        );
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
    }

    private async Task<HttpStatusCode> StatusAsync(
        string path,
        string session,
        ServerUnderTest? at = null
    )
    {
        using var answer = await (at ?? server).SendAsync(
            HttpMethod.Get,
            path,
            null,
            null,
            ("Cookie", session)
        );
        return answer.StatusCode;
    }
}
