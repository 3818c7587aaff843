namespace Laddermill.OciStandIn.ObjectStorage;

/// <summary><c>if-match</c> and <c>if-none-match</c> of a request that changes something.</summary>
internal sealed record Conditions(string? IfMatch, bool IfAbsent)
{
    public static Conditions None { get; } = new(null, false);

    public static Conditions Of(Call call) =>
        call.Header("if-none-match") is null or "*"
            ? new(call.Header("if-match"), call.Header("if-none-match") is "*")
            : throw Refusal.Invalid("if-none-match must be *.");

    public void Check(StoredObject? found)
    {
        if (IfAbsent && found is not null)
            throw new Refusal(412, "IfNoneMatchFailed", "The If-None-Match condition was not met.");
        if (IfMatch is not null && IfMatch is not "*" && found?.ETag != IfMatch)
            throw new Refusal(412, "IfMatchFailed", "The If-Match condition was not met.");
    }
}
