using Laddermill.Server.Ledger;
using Laddermill.Storage;
using Laddermill.Webhooks;

namespace Laddermill.Server.Telemetry;

/// <summary>Words of ours for what happened: the same in labels, spans and the API.</summary>
internal static class Words
{
    public static string Of(JobState state) => state.ToString().ToLowerInvariant();

    public static string Of(WebhookResult result) =>
        result switch
        {
            WebhookResult.Delivered => "delivered",
            WebhookResult.Gone => "gone",
            _ => "failed",
        };

    /// <summary>What kind of failure it was: a word out of few.</summary>
    public static string Of(Exception failure) =>
        failure switch
        {
            ObjectChangedException => "changed",
            StoreException { IsTransient: true } => "transient",
            StoreException => "refused",
            OperationCanceledException => "cancelled",
            _ => failure.GetType().Name,
        };
}
