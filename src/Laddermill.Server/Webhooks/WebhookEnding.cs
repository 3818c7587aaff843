using System.Text;
using System.Text.Json.Serialization;
using Laddermill.Server.Api;
using Laddermill.Server.Configuration;
using Laddermill.Server.Ledger;
using Laddermill.Server.Running;
using Laddermill.Webhooks;

namespace Laddermill.Server.Webhooks;

/// <summary>Writes down a message for each webhook that wants to hear of a job's end, in the transaction that ends it: none is forgotten, and none told too early.</summary>
public sealed class WebhookEnding(ServerSetup setup, Links links, TimeProvider time) : IJobEnding
{
    public const string Waiting = "waiting";
    public const string Delivered = "delivered";
    public const string GivenUp = "given-up";

    public async Task TellAsync(LedgerContext ledger, JobRow job)
    {
        var type = "job." + JobView.StateName(job.State);
        foreach (var webhook in setup.Webhooks.Where(each => each.Endpoint.Wants(type)))
        {
            ledger.Deliveries.Add(RowOf(webhook, type, job));
        }
        await ledger.SaveChangesAsync();
        ledger.ChangeTracker.Clear();
    }

    private DeliveryRow RowOf(Webhook webhook, string type, JobRow job)
    {
        var now = time.GetUtcNow();
        var message = WebhookMessage.Create(
            $"msg_{Guid.NewGuid():n}",
            type,
            new DateTimeOffset(job.Ended ?? now.UtcTicks, TimeSpan.Zero),
            JobView.Of(job, links.Of(job)),
            WebhookJson.Default.JobView
        );
        return new DeliveryRow
        {
            Id = message.Id,
            Webhook = webhook.Name,
            Job = job.Id,
            Type = type,
            Body = Encoding.UTF8.GetString(message.Body.AsSpan()),
            Created = now.UtcTicks,
            Due = now.UtcTicks,
            State = Waiting,
        };
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(JobView))]
internal sealed partial class WebhookJson : JsonSerializerContext;
