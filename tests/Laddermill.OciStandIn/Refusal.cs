namespace Laddermill.OciStandIn;

/// <summary>An answer that is an error: <c>{"code":…,"message":…}</c> with this status.</summary>
internal sealed class Refusal(int status, string code, string message) : Exception(message)
{
    public int Status => status;

    public string Code => code;

    public static Refusal Invalid(string message) => new(400, "InvalidParameter", message);

    public static Refusal NotAuthenticated(string message) => new(401, "NotAuthenticated", message);
}
