using Laddermill.Media;

namespace Laddermill.Cli;

/// <summary>
/// What a person reads when a command fails. Messages follow one convention in the whole program: the first line is a sentence,
/// further lines (the command that was run, the last lines it printed) stand beneath it.
/// </summary>
internal static class ErrorReport
{
    public static string For(Exception exception, bool cancelled) =>
        "laddermill: " + Words.Harmless(Explain(exception, cancelled));

    private static string Explain(Exception exception, bool cancelled) =>
        exception switch
        {
            OperationCanceledException when cancelled => "cancelled.",
            RejectedException rejected =>
                $"the source was rejected ({rejected.Code}): {rejected.Message}",
            IOException or UnauthorizedAccessException => exception.Message,
            _ when IsOurs(exception.GetType()) => exception.Message,
            // Nobody foresaw this one, so whoever mends it needs to know where it was.
            _ => $"unexpected error: {exception}",
        };

    /// <summary>Who declares an exception of its own has foreseen it, and has written its message for people.</summary>
    private static bool IsOurs(Type type) => type.Namespace?.Split('.')[0] == nameof(Laddermill);
}
