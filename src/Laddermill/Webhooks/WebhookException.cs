namespace Laddermill.Webhooks;

/// <summary>A webhook is configured in a way that cannot work. The message is one sentence, and never holds a secret.</summary>
public sealed class WebhookException(string message) : Exception(message);
