using Laddermill.Server.Configuration;
using Laddermill.Storage;

namespace Laddermill.Server.Uploads;

/// <summary>Gives up what was abandoned, and makes the objects of uploads whose last step failed.</summary>
internal sealed partial class UploadSweep(
    UploadBook book,
    UploadDesk desk,
    UploadsOptions options,
    TimeProvider time,
    ILogger<UploadSweep> log
) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look, time);
        do
        {
            await RunAsync(stoppingToken);
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>One look at all of them.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var oldest = time.GetUtcNow().UtcTicks - options.Keep.Ticks;
        foreach (var upload in book.All)
        {
            try
            {
                if (upload.Touched < oldest)
                {
                    await desk.DropAsync(upload.Id, cancellation);
                }
                else if (!upload.IsWhole && desk.OffsetOf(upload) == upload.Size)
                {
                    await desk.SettleAsync(upload.Id, cancellation);
                }
            }
            // The next look tries again.
            catch (Exception trouble)
                when (trouble is StoreException or IOException or UnauthorizedAccessException)
            {
                Trouble(upload.Id, upload.Key, trouble.Message);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Upload {Upload} of {Key} must wait: {Reason}")]
    private partial void Trouble(string upload, string key, string reason);
}
