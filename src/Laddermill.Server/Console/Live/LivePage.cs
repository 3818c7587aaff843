using System.Data.Common;
using System.Threading.Channels;
using Laddermill.Server.Console.Shell;
using Microsoft.AspNetCore.Components;

namespace Laddermill.Server.Console.Live;

/// <summary>A page that shows what is, and goes on showing it: loaded before it is painted first, and again when there are news.</summary>
public abstract class LivePage : ComponentBase, IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource gone = new();

    // One at a time: an answer to an older question must not come after that to a newer one, and be shown instead.
    private readonly SemaphoreSlim turn = new(1);
    private readonly Channel<bool> news = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private IDisposable? subscription;

    [Inject]
    internal News News { get; init; } = null!;

    [Inject]
    public required TimeProvider Time { get; init; }

    [CascadingParameter]
    public View Look { get; set; } = View.Unknown;

    /// <summary>Why nothing can be shown; null when all is well.</summary>
    protected string? Problem { get; private set; }

    /// <summary>When what is shown was true.</summary>
    protected DateTimeOffset Now { get; private set; }

    /// <summary>Cancelled when nobody looks any more.</summary>
    protected CancellationToken Gone => gone.Token;

    /// <summary>Loads what the page shows, by its parameters.</summary>
    protected abstract Task LoadAsync();

    /// <summary>Whether news of a job are of interest here.</summary>
    protected virtual bool IsOfInterest(string job) => true;

    /// <summary>How often it is loaded without any news, because something in it counts on; null: never.</summary>
    protected virtual TimeSpan? Beat => null;

    protected override async Task OnParametersSetAsync() => await TryLoadAsync();

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            subscription = News.Subscribe(job =>
            {
                if (IsOfInterest(job))
                {
                    news.Writer.TryWrite(true);
                }
            });
            _ = FollowAsync();
        }
    }

    /// <summary>Loads anew, now.</summary>
    protected async Task ReloadAsync()
    {
        await TryLoadAsync();
        StateHasChanged();
    }

    private async Task FollowAsync()
    {
        try
        {
            while (true)
            {
                await WaitAsync();
                await InvokeAsync(ReloadAsync);
                await Task.Delay(Pause, TimeProvider.System, gone.Token);
            }
        }
        catch (Exception over) when (over is OperationCanceledException or ObjectDisposedException)
        { }
    }

    private async Task WaitAsync()
    {
        if (Beat is not { } beat)
        {
            await news.Reader.ReadAsync(gone.Token);
            return;
        }
        using var most = CancellationTokenSource.CreateLinkedTokenSource(gone.Token);
        most.CancelAfter(beat);
        try
        {
            await news.Reader.ReadAsync(most.Token);
        }
        catch (OperationCanceledException) when (!gone.IsCancellationRequested) { }
    }

    private async Task TryLoadAsync()
    {
        await turn.WaitAsync(gone.Token);
        try
        {
            Now = Time.GetUtcNow();
            await LoadAsync();
            Problem = null;
        }
        catch (Exception away) when (away is DbException or TimeoutException)
        {
            Problem = "The ledger does not answer; this page tries again by itself.";
            news.Writer.TryWrite(true);
        }
        finally
        {
            turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        subscription?.Dispose();
        await gone.CancelAsync();
        gone.Dispose();
        GC.SuppressFinalize(this);
    }
}
