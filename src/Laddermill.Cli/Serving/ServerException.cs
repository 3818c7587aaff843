namespace Laddermill.Cli.Serving;

/// <summary>A server cannot be reached, or could not do what it was asked; trying again may help. The message says what to do.</summary>
internal sealed class ServerException(string message, Exception? cause = null)
    : Exception(message, cause);
