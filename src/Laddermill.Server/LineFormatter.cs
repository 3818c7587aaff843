using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Laddermill.Server;

/// <summary>
/// One line for each message: instant, level, category, text. Names of files are written by strangers: whatever would steer a terminal, or begin
/// a line of its own, is replaced by a question mark.
/// </summary>
internal sealed class LineFormatter() : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "laddermill";

    public override void Write<TState>(
        in LogEntry<TState> logEntry,
        IExternalScopeProvider? scopeProvider,
        TextWriter textWriter
    )
    {
        var text = logEntry.Formatter(logEntry.State, logEntry.Exception);
        var instant = TimeProvider.System.GetUtcNow();
        textWriter.WriteLine(
            Harmless(
                $"{instant.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)} {NameOf(logEntry.LogLevel)}: {logEntry.Category}[{logEntry.EventId.Id}] {text}"
                    + (logEntry.Exception is { } exception ? $" {exception}" : "")
            )
        );
    }

    internal static string Harmless(string text) =>
        string.Create(
            text.Length,
            text,
            static (letters, text) =>
            {
                for (var index = 0; index < letters.Length; index++)
                {
                    letters[index] = Harmless(text[index]);
                }
            }
        );

    private static char Harmless(char letter) =>
        letter is '\n' or '\r' or '\t' ? ' '
        : char.GetUnicodeCategory(letter)
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
            ? '?'
        : letter;

    private static string NameOf(LogLevel level) =>
        level switch
        {
            LogLevel.Trace => "trce",
            LogLevel.Debug => "dbug",
            LogLevel.Information => "info",
            LogLevel.Warning => "warn",
            LogLevel.Error => "fail",
            _ => "crit",
        };
}
