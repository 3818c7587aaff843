namespace Laddermill.Media;

/// <summary>
/// The source cannot or must not be transcoded: unsupported, broken or hostile. Trying again would not help. The command line answers
/// with exit code 3, the outcome object with the state <c>rejected</c>.
/// </summary>
/// <param name="code">One of the closed set.</param>
/// <param name="message">One sentence that a person understands: what is wrong with which object, and what to do.</param>
public sealed class RejectedException(RejectionCode code, string message) : Exception(message)
{
    /// <summary>The stable word for programs, such as <c>not-media</c> or <c>limit-pixels</c>.</summary>
    public string Code => Rejection.Word;

    public RejectionCode Rejection { get; } = code;
}
