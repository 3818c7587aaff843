using System.Net;

namespace Laddermill.Storage.Oci;

/// <summary>An answer that is an error, as the service gave it. Goes no further than the store, which says what it was doing.</summary>
/// <param name="code">The service's word for it; empty when the body told none, as with HEAD.</param>
/// <param name="requestId"><c>opc-request-id</c>.</param>
/// <param name="retryAfter">How long the service asks to wait.</param>
internal sealed class OciRefusal(
    HttpStatusCode status,
    string code,
    string message,
    string? requestId,
    TimeSpan? retryAfter
) : Exception(message)
{
    public HttpStatusCode Status => status;

    public string Code => code;

    public string? RequestId => requestId;

    public TimeSpan? RetryAfter => retryAfter;

    /// <summary>A bucket that is there is now and then said not to be: to be asked again a few times.</summary>
    public bool IsBucketNotFound => code == "BucketNotFound";

    /// <summary>No machine is free: a 500 that stays one for minutes or hours, and is not worth asking again at once.</summary>
    public bool IsOutOfHosts =>
        Message.Contains("Out of host capacity", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether there is no room for something new: no machine, a limit of the service, a quota, or too many requests.</summary>
    public bool IsOutOfCapacity =>
        IsOutOfHosts
        || code is "LimitExceeded" or "QuotaExceeded"
        || status == HttpStatusCode.TooManyRequests;

    public bool IsTransient =>
        (int)status >= 500
        || status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout
        || code is "ConcurrentObjectUpdate" or "IncorrectState" or "RequestIncomplete";

    /// <summary>Whether there is no such object; a missing bucket, namespace or right is a 404 of another code.</summary>
    public bool IsMissingObject =>
        status == HttpStatusCode.NotFound
        && code is not ("" or "BucketNotFound" or "NamespaceNotFound" or "NotAuthorizedOrNotFound");
}
