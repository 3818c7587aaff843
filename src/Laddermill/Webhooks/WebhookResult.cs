namespace Laddermill.Webhooks;

/// <summary>What one attempt came to.</summary>
public abstract record WebhookResult
{
    private WebhookResult() { }

    /// <summary>The receiver has it.</summary>
    public sealed record Delivered(int Status) : WebhookResult;

    /// <summary>It does not; it is to be tried again.</summary>
    /// <param name="Status">HTTP's, when there was an answer.</param>
    /// <param name="Reason">One sentence.</param>
    /// <param name="After">The pause that the receiver asks for.</param>
    public sealed record Retry(int? Status, string Reason, TimeSpan? After) : WebhookResult;

    /// <summary>The receiver wants no more messages, neither this nor others (410).</summary>
    public sealed record Gone : WebhookResult;
}
