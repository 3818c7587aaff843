using Microsoft.AspNetCore.Http;

namespace Laddermill.Function;

/// <summary>Marks in the log where a call begins, for platforms that cut the log into calls by it.</summary>
internal sealed class LogFrames(Func<string, string?> variable, TextWriter output, TextWriter error)
{
    private readonly string? name = variable("FN_LOGFRAME_NAME");
    private readonly string? header = variable("FN_LOGFRAME_HDR");

    public TextWriter Output => output;

    public TextWriter Error => error;

    public void Begin(IHeaderDictionary headers)
    {
        if (name is { Length: > 0 } && header is { Length: > 0 } && headers[header] is [{ } id, ..])
        {
            var frame = $"\n{name}={id}\n";
            output.Write(frame);
            output.Flush();
            error.Write(frame);
            error.Flush();
        }
    }
}
