using Laddermill.Processes;

namespace Laddermill.Media;

/// <summary>A tool that used more than it may because of what its source is: another try would end in the same way.</summary>
public static class OverLimit
{
    /// <param name="limit">What there was too much of; null: nothing.</param>
    /// <returns>Null when the source is not to blame: a tool that stood still waited for storage or for the machine.</returns>
    public static RejectedException? Rejection(ToolLimit? limit, string source) =>
        limit switch
        {
            ToolLimit.Processor or ToolLimit.Wall => new(
                RejectionCode.LimitTime,
                $"{source} takes more time to decode than a film of its length may; it is made to do harm, or far larger than what is expected here."
            ),
            ToolLimit.Memory => new(
                RejectionCode.LimitMemory,
                $"{source} takes more memory to decode than is allowed here."
            ),
            ToolLimit.Output => new(
                RejectionCode.LimitOutput,
                $"{source} makes more bytes than a film of its length may."
            ),
            _ => null,
        };
}
