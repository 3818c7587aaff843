namespace Laddermill.Events;

/// <summary>The news that an object was created or replaced, whoever told it. A hint: the object itself is asked before anything is done.</summary>
/// <param name="Endpoint">The server or namespace that the event names; null when it names none.</param>
/// <param name="Key">As the event tells it; where <see cref="OtherKey"/> is set, the object may be called that.</param>
/// <param name="ETag">The version the event speaks of; null when it does not tell.</param>
/// <param name="EventId">The sender's own id of the event; the same event may come several times.</param>
/// <param name="IsArchived">Whether the event says that the object must be restored before it can be read.</param>
public sealed record ObjectCreated(
    string Provider,
    string? Endpoint,
    string Bucket,
    string Key,
    string? ETag,
    string? EventId,
    DateTimeOffset? Time,
    bool IsArchived
)
{
    /// <summary>The key without percent-encoding, when it looks encoded: not all senders say whether they encode.</summary>
    public string? OtherKey =>
        Uri.UnescapeDataString(Key) is var other && other != Key ? other : null;
}

/// <summary>What an event's text came to: an object, or why there is none in it for us.</summary>
public sealed record EventReading(ObjectCreated? Created, string? Ignored);

/// <summary>The text is no event at all. The message names what is missing.</summary>
public sealed class EventException(string message, Exception? inner = null)
    : Exception(message, inner);
