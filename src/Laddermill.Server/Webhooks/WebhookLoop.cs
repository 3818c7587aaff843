using System.Data.Common;
using System.Text;
using Laddermill.Server.Configuration;
using Laddermill.Server.Ledger;
using Laddermill.Server.Telemetry;
using Laddermill.Webhooks;

namespace Laddermill.Server.Webhooks;

/// <summary>Sends what is due. Several servers share the work; a receiver that is slow holds nobody else up.</summary>
public sealed partial class WebhookLoop(
    ServerSetup setup,
    Deliveries deliveries,
    WebhookSender sender,
    Instruments instruments,
    TimeProvider time,
    ILogger<WebhookLoop> log
) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private const int AtOnce = 16;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (setup.Webhooks.IsEmpty)
        {
            return;
        }
        using var timer = new PeriodicTimer(Look, time);
        var running = new HashSet<Task>();
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                running.RemoveWhere(task => task.IsCompleted);
                if (running.Count < AtOnce)
                {
                    foreach (var row in await TakeAsync(AtOnce - running.Count, stoppingToken))
                    {
                        running.Add(SendAsync(row, stoppingToken));
                    }
                }
            }
        }
        catch (OperationCanceledException) { }
        await Task.WhenAll(running);
    }

    private async Task<List<DeliveryRow>> TakeAsync(int most, CancellationToken cancellation)
    {
        try
        {
            return await deliveries.TakeDueAsync(most, cancellation);
        }
        catch (DbException trouble)
        {
            Trouble(trouble.Message);
            return [];
        }
    }

    private async Task SendAsync(DeliveryRow row, CancellationToken cancellation)
    {
        try
        {
            var began = instruments.Begin();
            var webhook = setup.Webhooks.FirstOrDefault(each => each.Name == row.Webhook);
            var result = webhook is null
                ? new WebhookResult.Gone()
                : await sender.SendAsync(
                    new WebhookMessage(row.Id, row.Type, [.. Encoding.UTF8.GetBytes(row.Body)]),
                    webhook.Endpoint,
                    cancellation
                );
            if (result is WebhookResult.Retry { Reason: var reason })
            {
                NotTaken(row.Webhook, row.Id, row.Job, row.Attempts + 1, reason);
            }
            instruments.WebhookTried(row.Webhook, result, began);
            await deliveries.EndAsync(row, result, Random.Shared.NextDouble());
        }
        // It is due again when its minute is over.
        catch (OperationCanceledException) { }
        catch (DbException trouble)
        {
            Trouble(trouble.Message);
        }
    }

    [LoggerMessage(
        LogLevel.Warning,
        "Webhook {Webhook}: message {Message} of job {Job} was not taken at attempt {Attempt}: {Reason}"
    )]
    private partial void NotTaken(
        string webhook,
        string message,
        string job,
        int attempt,
        string reason
    );

    [LoggerMessage(LogLevel.Error, "Messages to webhooks cannot be read or written now: {Reason}")]
    private partial void Trouble(string reason);
}
