namespace Laddermill.Storage;

/// <summary>A SOURCE or DESTINATION address that cannot be understood. The message says what is wrong and shows a right one.</summary>
public sealed class AddressException(string message) : FormatException(message);
