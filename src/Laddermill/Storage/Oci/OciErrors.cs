using System.Net;

namespace Laddermill.Storage.Oci;

/// <summary>One sentence for what the service or the way to it did wrong: store, key, status, the service's code and request id.</summary>
internal static class OciErrors
{
    /// <summary>Whether this came from the service or the network, as opposed to an error of ours.</summary>
    public static bool IsOurs(Exception e) =>
        e is OciRefusal or HttpRequestException or IOException or TimeoutException;

    public static StoreException Of(string doing, string key, string store, Exception e)
    {
        var what =
            key.Length == 0
                ? $"Cannot {doing} {store}"
                : $"Cannot {doing} '{KeyRules.Show(key)}' in {store}";
        if (e is not OciRefusal answer)
            return new StoreException($"{what}: {Sentence(Reason(e))}", e) { IsTransient = true };
        return new StoreException(
            $"{what}: the server answered {(int)answer.Status} {answer.Code} (request id {KeyRules.Show(answer.RequestId ?? "none")}): {Sentence(answer.Message)}{Hint(answer)}",
            e
        )
        {
            IsTransient = answer.IsTransient,
        };
    }

    /// <summary>Calls, and says in our words what went wrong.</summary>
    public static async Task<T> CallAsync<T>(
        string store,
        string doing,
        string key,
        Func<Task<T>> call
    )
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception e) when (IsOurs(e))
        {
            throw Of(doing, key, store, e);
        }
    }

    private static string Hint(OciRefusal answer) =>
        answer switch
        {
            { Status: HttpStatusCode.Unauthorized } =>
                " Check the credentials, and this machine's clock.",
            { Code: "BucketNotFound" } =>
                " Create the bucket, or correct the address, the region or the policies: what may not be seen is answered like this too.",
            { Status: HttpStatusCode.NotFound } =>
                " Check the address and the policies: what may not be seen is answered like this too.",
            _ => "",
        };

    private static string Reason(Exception e) => (e.InnerException ?? e).Message;

    private static string Sentence(string text) => KeyRules.Show(text).TrimEnd('.', ' ') + ".";
}
