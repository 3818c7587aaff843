using Laddermill.Server.Tests.TestServers;
using Laddermill.Storage;
using Laddermill.Storage.S3;
using Laddermill.Tests.Players;
using Laddermill.Tests.TestServers;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Laddermill.Server.Tests.Console;

/// <summary>A film that went from one bucket of a real S3 server to another, with two languages, in the player of its page.</summary>
public sealed class BucketFilmTests(S3Server s3, ConsoleServer shared, Browser browser)
    : ConsolePageTests(shared, browser)
{
    /// <summary>The player of the page.</summary>
    private const string Player =
        "document.querySelector('.player-frame > video').ui.getControls().getPlayer()";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public async Task Rendition_sound_and_captions_can_be_chosen_and_the_seek_bar_shows_where_it_leads()
    {
        var source = await s3.BucketAsync("console-in", Cancellation);
        await s3.BucketAsync("console-out", Cancellation);
        using var server = await StartAsync();
        var job = await MadeAsync(server, source);
        foreach (var protocol in (string[])["HLS", "DASH"])
        {
            var page = await OpenAsync(new Uri(server.Client.BaseAddress!, $"/console/jobs/{job}"));
            await page.GetByRole(AriaRole.Button, new() { Name = protocol, Exact = true })
                .ClickAsync();
            await Expect(page.Locator(".player-frame"))
                .ToHaveAttributeAsync(
                    "data-loaded",
                    protocol == "HLS"
                        ? "/console/media/films/Two%20tongues.mkv/master.m3u8"
                        : "/console/media/films/Two%20tongues.mkv/dash.mpd",
                    new() { Timeout = 60_000 }
                );
            await page.EvaluateAsync(
                "() => { const video = document.querySelector('.player-frame > video'); video.muted = true; video.loop = true; return video.play(); }"
            );

            await ChooseAsync(page, "shaka-resolution-button", "360p");
            await UntilAsync(
                page,
                "document.querySelector('.player-frame > video').videoHeight === 360"
            );
            await Expect(page.Locator("[data-playing]")).ToContainTextAsync("Plays 640×360");
            await ChooseAsync(page, "shaka-resolution-button", "720p");
            await UntilAsync(
                page,
                "document.querySelector('.player-frame > video').videoHeight === 720"
            );

            Assert.Equal("en", await ActiveLanguageAsync(page));
            await ChooseAsync(page, "shaka-language-button", "German");
            await UntilAsync(
                page,
                $"{Player}.getVariantTracks().find(track => track.active).language === 'de'"
            );

            // The hardest moment for subtitles: no picture is left to come.
            await UntilAsync(
                page,
                "(video => video.buffered.length && video.buffered.end(video.buffered.length - 1) > video.duration - 0.5)(document.querySelector('.player-frame > video'))"
            );
            var words = page.Locator(".shaka-text-container");
            await ChooseAsync(page, "shaka-caption-button", "German");
            await Expect(words).ToContainTextAsync("Guten Tag", new() { Timeout = 30_000 });
            await ChooseAsync(page, "shaka-caption-button", "English");
            await Expect(words).ToContainTextAsync("Hello", new() { Timeout = 30_000 });

            await PeekAsync(page, 0.75);
            if (protocol == "HLS")
            {
                await page.Locator(".player-frame")
                    .ScreenshotAsync(new() { Path = Path.Combine(Pictures, "player-peek.png") });
            }
            await PeekAsync(page, 0.25);
            await page.CloseAsync();
        }
    }

    /// <summary>Points at the seek bar, and waits until it shows the film there: a small rendition, near that time.</summary>
    private static async Task PeekAsync(IPage page, double share)
    {
        var bar = page.Locator("input.shaka-seek-bar");
        var box = (await bar.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync((float)(box.X + box.Width * share), box.Y + box.Height / 2);
        await UntilAsync(
            page,
            FormattableString.Invariant(
                $$"""
                (() => {
                    const small = document.querySelector('video.peek.ready');
                    return small && !small.seeking && small.readyState >= 2 && small.videoHeight === 360
                        && Math.abs(small.currentTime - small.duration * {{share}}) < 0.5
                        && getComputedStyle(small).visibility === 'visible';
                })()
                """
            )
        );
    }

    private static async Task ChooseAsync(IPage page, string button, string choice)
    {
        var menu = page.Locator(".shaka-settings-menu:not(.shaka-hidden)");
        var opener = page.Locator($".shaka-controls-button-panel .{button}");
        await page.Locator(".player-frame").HoverAsync();
        await opener.ClickAsync();
        await menu.Locator("button").Filter(new() { HasText = choice }).First.ClickAsync();
        if (await menu.CountAsync() > 0)
        {
            await opener.ClickAsync();
        }
        await Expect(menu).ToHaveCountAsync(0);
    }

    private static Task<string> ActiveLanguageAsync(IPage page) =>
        page.EvaluateAsync<string>(
            $"() => {Player}.getVariantTracks().find(track => track.active).language"
        );

    private static Task<IJSHandle> UntilAsync(IPage page, string condition) =>
        page.WaitForFunctionAsync($"() => {condition}", null, new() { Timeout = 60_000 });

    private static async Task<string> MadeAsync(ServerProcess server, S3ObjectStore source)
    {
        await source.PutAsync(
            "Two tongues.mkv",
            await Films.MakeBilingualAsync(14),
            new PutOptions("video/x-matroska"),
            PutCondition.None,
            Cancellation
        );
        while (true)
        {
            if (
                await server.JobsAsync() is [{ } job]
                && (string?)job["state"] is not ("queued" or "running")
            )
            {
                Assert.Equal("succeeded", (string?)job["state"]);
                return (string)job["id"]!;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, Cancellation);
        }
    }

    private async Task<ServerProcess> StartAsync()
    {
        var access = await s3.StartAsync(Cancellation);
        var keys = await access.Credentials!.GetCredentialsAsync();
        var folder = Directory.CreateTempSubdirectory("laddermill-bucket-film-").FullName;
        var file = Path.Combine(folder, "laddermill.json");
        await File.WriteAllTextAsync(
            file,
            """
            {
              "listen": "http://127.0.0.1:0",
              "pipelines": [{ "name": "films", "source": "s3://console-in", "destination": "s3://console-out", "reconcile": "00:00:01", "maxAttempts": 1 }],
              "access": { "requestsPerSecond": 0 }
            }
            """,
            Cancellation
        );
        return await ServerProcess.StartAsync(
            file,
            ("AWS_ENDPOINT_URL_S3", access.Endpoint!.ToString()),
            ("AWS_ACCESS_KEY_ID", keys.AccessKey),
            ("AWS_SECRET_ACCESS_KEY", keys.SecretKey)
        );
    }
}
