namespace Laddermill.Packaging;

/// <summary>The source's own stream turned out to be one that cannot be published as it is: it must be encoded after all.</summary>
/// <param name="reason">A clause of which the stream is the subject: <c>its parameters change in mid-film</c>.</param>
public sealed class NotCopyableException(string reason, Exception? inner = null)
    : Exception($"The source's stream cannot be copied: {reason}.", inner)
{
    public string Reason { get; } = reason;
}
