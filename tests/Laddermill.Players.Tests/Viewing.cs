using System.Text.Json;
using Microsoft.Playwright;

namespace Laddermill.Tests.Players;

/// <summary>What the page says of its video element. Times in seconds.</summary>
/// <param name="Heights">Lines of the renditions that the player found, ascending; only after opening.</param>
/// <param name="Seen">Of each picture that was shown: the number in it (null: unreadable), its time, and its lines; only after playing.</param>
/// <param name="Languages">Of the sound; only after opening.</param>
/// <param name="Texts">Languages of the subtitles; only after opening.</param>
/// <param name="Shown">Each text that was shown, in order; only after reading.</param>
/// <param name="MostRanges">The most parts that the buffer was ever in; only after playing.</param>
internal sealed record Facts(
    double Duration,
    int Width,
    int Height,
    long AudioBytes,
    long VideoBytes,
    double[][] Buffered,
    string[] Errors,
    int[]? Heights,
    string[]? Languages,
    string[]? Texts,
    Cue[]? Shown,
    double?[][]? Seen,
    int MostRanges,
    double Time
);

/// <summary>A text and when it is shown, in seconds.</summary>
internal sealed record Cue(double Start, double End, string Text);

/// <summary>One film open in one player, on a page from another origin than the film.</summary>
internal sealed class Viewing : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly IPage page;
    private readonly FileServer pages;
    private readonly FileServer files;
    private readonly List<string> complaints = [];

    private Viewing(Film film, IPage page, FileServer pages, FileServer files)
    {
        (Film, this.page, this.pages, this.files) = (film, page, pages, files);
        page.PageError += (_, error) => complaints.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                complaints.Add(message.Text);
            }
        };
    }

    /// <summary>How fast the film comes.</summary>
    public Bandwidth Bandwidth => files.Bandwidth;

    /// <summary>Errors in the browser's console.</summary>
    public IReadOnlyList<string> Complaints => complaints;

    public Film Film { get; }

    /// <summary>The film is published first; the test is skipped where browser or players are missing.</summary>
    public static async Task<Viewing> StartAsync(
        Browser browser,
        TestMedia media,
        FilmRecipe recipe,
        int delay = 0
    ) => await StartAsync(browser, await Film.MakeAsync(media, recipe) with { Delay = delay });

    public static async Task<Viewing> StartAsync(Browser browser, Film film)
    {
        var project = await NpmProject.InstallAsync("players");
        var isPortrait = film.Sizes is [.., var (width, height)] && width < height;
        var page = await browser.NewPageAsync(isPortrait ? 360 : 640, isPortrait ? 640 : 360);
        var pages = await FileServer.StartAsync(project);
        var viewing = new Viewing(film, page, pages, await FileServer.StartAsync(film.Folder));
        await page.GotoAsync($"{pages.Address}/page.html");
        await page.WaitForFunctionAsync("() => window.viewing");
        return viewing;
    }

    /// <param name="type">A MIME type with codecs.</param>
    public Task<bool> CanDecodeAsync(string type) =>
        page.EvaluateAsync<bool>("type => MediaSource.isTypeSupported(type)", type);

    /// <param name="player">hls.js, shaka or dash.js.</param>
    /// <param name="entry">master.m3u8 or dash.mpd.</param>
    /// <param name="bufferSeconds">How far ahead the player may load.</param>
    public Task<Facts> OpenAsync(string player, string entry, int bufferSeconds) =>
        StepAsync("open", player, $"{files.Address}/{entry}", bufferSeconds);

    /// <param name="speed">1: as it is meant.</param>
    public Task<Facts> PlayToEndAsync(double speed) => StepAsync("playToEnd", speed);

    /// <summary>Stands still in the middle of this frame; returns when its own picture is shown.</summary>
    public Task SeekAsync(int frame) =>
        page.EvaluateAsync(
            "([seconds, number]) => viewing.seek(seconds, number)",
            new[] { (frame + Film.Delay + 0.5) / Film.Rate, frame }
        );

    /// <summary>Plays on with this rendition alone; returns when it is seen.</summary>
    public Task<Facts> ForceAsync(int height) => StepAsync("force", height);

    /// <summary>From now on each segment that is loaded is of the next of these renditions, and what is loaded stays.</summary>
    public Task<Facts> AlternateAsync(params int[] heights) => StepAsync("alternate", heights);

    /// <summary>Plays on with the sound of this language; returns when its tone (Hz) is what is heard.</summary>
    public Task<Facts> SpeakAsync(string language, int tone) => StepAsync("speak", language, tone);

    /// <summary>Turns on the subtitles of this language and plays from the start until this text is shown.</summary>
    public Task<Facts> ReadTextsAsync(string language, string last) =>
        StepAsync("readTexts", language, last);

    /// <summary>Plays at the player's own choice until it shows more (or fewer) lines than these.</summary>
    public Task<Facts> PlayUntilAsync(bool isMore, int height) =>
        StepAsync("playUntil", isMore, height);

    /// <param name="name">Of the picture, without extension; it goes to artifacts/players.</param>
    public async Task TakePictureAsync(string name) =>
        await page.ScreenshotAsync(
            new() { Path = Repository.PathTo("artifacts", "players", $"{name}.png") }
        );

    public async ValueTask DisposeAsync()
    {
        await page.CloseAsync();
        await files.DisposeAsync();
        await pages.DisposeAsync();
    }

    private async Task<Facts> StepAsync(string step, params object[] arguments)
    {
        var facts = await page.EvaluateAsync<string>(
            "async ([step, ...rest]) => JSON.stringify(await viewing[step](...rest))",
            (object[])[step, .. arguments]
        );
        return JsonSerializer.Deserialize<Facts>(facts, Json)!;
    }
}
