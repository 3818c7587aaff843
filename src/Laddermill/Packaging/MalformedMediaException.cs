namespace Laddermill.Packaging;

/// <summary>
/// Bytes that are not the fragmented MP4 they should be: the only exception that reading boxes throws over what it reads, however hostile the
/// bytes. The message says which box is wrong, and how.
/// </summary>
public class MalformedMediaException(string message) : Exception(message);

/// <summary>The stream ended inside its init segment or a fragment: the encoder was killed, or its connection broke.</summary>
public sealed class TruncatedMediaException(string message) : MalformedMediaException(message);
