using System.Net;
using System.Xml;
using Amazon.Runtime;

namespace Laddermill.Storage.S3;

/// <summary>One sentence for what S3 or the way to it did wrong: store, key, status, provider's code and request id.</summary>
internal static class S3Errors
{
    /// <summary>Whether this is an error of the SDK or below it, as opposed to one of ours.</summary>
    public static bool IsOurs(Exception e, CancellationToken cancellation) =>
        e
            is AmazonClientException
                or AmazonServiceException
                or HttpRequestException
                or IOException
                or XmlException
        || e is OperationCanceledException && !cancellation.IsCancellationRequested;

    public static StoreException Of(string doing, string key, string store, Exception e)
    {
        var what =
            key.Length == 0
                ? $"Cannot {doing} {store}"
                : $"Cannot {doing} '{KeyRules.Show(key)}' in {store}";
        if (e is not AmazonServiceException { StatusCode: > 0 } answer)
            return new StoreException($"{what}: {Reason(e)}", e)
            {
                IsTransient = e is not (AmazonClientException or XmlException),
            };
        var hint = answer.StatusCode switch
        {
            HttpStatusCode.Forbidden =>
                " Check the rights of these credentials; without s3:ListBucket, an object that is missing is answered like this too.",
            HttpStatusCode.NotFound when answer.ErrorCode == "NoSuchBucket" =>
                " Create the bucket, or correct the address or the endpoint.",
            _ => "",
        };
        return new StoreException(
            $"{what}: the server answered {(int)answer.StatusCode} {answer.ErrorCode} (request id {answer.RequestId ?? "none"}): {Sentence(answer.Message)}{hint}",
            e
        )
        {
            IsTransient =
                (int)answer.StatusCode >= 500
                || answer.StatusCode
                    is HttpStatusCode.TooManyRequests
                        or HttpStatusCode.RequestTimeout
                || answer.ErrorCode is "SlowDown" or "RequestTimeout" or "OperationAborted",
        };
    }

    private static string Reason(Exception e) =>
        e is OperationCanceledException ? "the server did not answer in time."
        : e is XmlException ? "what answered there does not speak S3; check the endpoint."
        : Sentence((e.InnerException as HttpRequestException ?? e).Message);

    private static string Sentence(string text) => KeyRules.Show(text).TrimEnd('.', ' ') + ".";
}
