using System.Collections.Immutable;

namespace Laddermill.Events;

/// <summary>The news that an object was created or replaced, whoever told it. A hint: the object itself is asked before anything is done.</summary>
/// <param name="Provider">The scheme of the store's addresses: <c>oci</c> or <c>s3</c>.</param>
/// <param name="Namespace">That of Oracle Cloud, when the event names it. No server is ever taken from an event.</param>
/// <param name="Key">The object's name, decoded where the sender is known to encode names.</param>
/// <param name="ETag">The version the event speaks of, without quotes; null when it does not tell.</param>
/// <param name="EventId">The sender's own id of the event; the same event may come several times.</param>
/// <param name="IsArchived">Whether the event says that the object must be restored before it can be read.</param>
public sealed record ObjectCreated(
    string Provider,
    string? Namespace,
    string Bucket,
    string Key,
    string? ETag,
    string? EventId,
    DateTimeOffset? Time,
    bool IsArchived = false
)
{
    /// <summary>
    /// What the object may be called when no object is called <see cref="Key"/>: set where nobody says whether the sender encodes names, and this one
    /// looks encoded.
    /// </summary>
    public string? OtherKey { get; init; }
}

/// <summary>What the text of an event came to: objects, and why there are none, or not more, in it for us.</summary>
/// <param name="Sender">Who sends texts of this shape, for logs and metrics; one of a few lower-case words.</param>
/// <param name="Ignored">Sentences without a full stop, one for each record that starts nothing.</param>
public sealed record EventReading(
    string Sender,
    ImmutableArray<ObjectCreated> Created,
    ImmutableArray<string> Ignored
)
{
    /// <summary>Set when the sender wants to know whether we want its events: an address of its own hosts; a GET says yes.</summary>
    public Uri? Confirmation { get; init; }

    /// <summary>Set when the text came in an envelope of Amazon SNS: nothing in this reading holds until its signature was checked.</summary>
    public SnsMessage? Sns { get; init; }
}

/// <summary>The text is no event at all. The message names what is missing.</summary>
public sealed class EventException(string message, Exception? inner = null)
    : Exception(message, inner);
