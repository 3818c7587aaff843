using System.Net;

namespace Laddermill.Storage.Oci;

/// <summary>What is in a bucket: facts about an object, and its bytes in one version.</summary>
/// <param name="store">The store's name, for messages.</param>
internal sealed class OciReader(OciBucket bucket, string store, TimeProvider time)
{
    /// <summary>Marks an object with the put that made it.</summary>
    public const string PutIdHeader = "opc-meta-laddermill-put";

    /// <summary>See <see cref="IObjectStore.ReadAsync"/>.</summary>
    public async Task<Stream?> ReadAsync(
        string key,
        long offset,
        long? length,
        string? ifMatch,
        CancellationToken cancellation
    )
    {
        if (length == 0)
            return await ReadNothingAsync(key, ifMatch, cancellation).ConfigureAwait(false);
        var last = length is null || offset > long.MaxValue - length ? null : offset + length - 1;
        try
        {
            var (body, etag) = await OpenAsync(key, offset, last, ifMatch, cancellation)
                .ConfigureAwait(false);
            var end = offset + body.Length - 1;
            return new ResumingStream(
                body,
                async (position, token) =>
                    (
                        await OciErrors
                            .CallAsync(
                                store,
                                "read",
                                key,
                                () => OpenAsync(key, offset + position, end, etag, token)
                            )
                            .ConfigureAwait(false)
                    ).Body
            );
        }
        catch (OciRefusal refusal) when (refusal.IsMissingObject)
        {
            return null;
        }
        catch (OciRefusal refusal)
            when (refusal.Status == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return await ReadNothingAsync(key, ifMatch, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (OciErrors.IsOurs(e))
        {
            throw OciErrors.Of("read", key, store, e);
        }
    }

    /// <summary>Facts about an object, or null when there is none.</summary>
    public async Task<OciFound?> FindAsync(string key, CancellationToken cancellation)
    {
        try
        {
            try
            {
                using var head = await bucket
                    .SendAsync(new OciRequest(HttpMethod.Head, OciBucket.Object(key)), cancellation)
                    .ConfigureAwait(false);
                return OciFound.Of(key, head, head.Content.Headers.ContentLength ?? 0);
            }
            // The answer to HEAD has no body to tell a missing object from a missing bucket or right; that to GET has.
            catch (OciRefusal refusal) when (refusal.Status == HttpStatusCode.NotFound)
            {
                using var first = await bucket
                    .SendAsync(
                        new OciRequest(HttpMethod.Get, OciBucket.Object(key)) { Streams = true },
                        cancellation
                    )
                    .ConfigureAwait(false);
                return OciFound.Of(key, first, first.Content.Headers.ContentLength ?? 0);
            }
        }
        catch (OciRefusal refusal) when (refusal.IsMissingObject)
        {
            return null;
        }
        catch (Exception e) when (OciErrors.IsOurs(e))
        {
            throw OciErrors.Of("look up", key, store, e);
        }
    }

    /// <param name="last">The last byte wanted; null: to the end.</param>
    /// <exception cref="ObjectChangedException">The object is not version <paramref name="ifMatch"/>.</exception>
    private async Task<(BodyStream Body, string ETag)> OpenAsync(
        string key,
        long offset,
        long? last,
        string? ifMatch,
        CancellationToken cancellation
    )
    {
        StoreException Failed(string reason, Exception? inner) =>
            new($"Cannot read '{KeyRules.Show(key)}' in {store}: {reason}.", inner)
            {
                IsTransient = true,
            };
        var headers = new List<(string, string)>();
        var ranged = offset > 0 || last is not null;
        if (ranged)
            headers.Add(("range", $"bytes={offset}-{last}"));
        if (ifMatch is not null)
            headers.Add(("if-match", ifMatch));
        HttpResponseMessage answer;
        try
        {
            answer = await bucket
                .SendAsync(
                    new OciRequest(HttpMethod.Get, OciBucket.Object(key))
                    {
                        Headers = headers,
                        Streams = true,
                    },
                    cancellation
                )
                .ConfigureAwait(false);
        }
        catch (OciRefusal refusal) when (refusal.Status == HttpStatusCode.PreconditionFailed)
        {
            throw Changed(key, ifMatch ?? "");
        }
        // A proxy that knows no ranges sends the whole object.
        if (ranged && answer.Content.Headers.ContentRange?.From != offset)
        {
            answer.Dispose();
            throw Failed("the server did not send the range that was asked for", null);
        }
        var body = await answer.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        return (
            new BodyStream(body, answer.Content.Headers.ContentLength ?? 0, answer, Failed, time),
            ETagOf(answer)
        );
    }

    private async Task<Stream?> ReadNothingAsync(
        string key,
        string? ifMatch,
        CancellationToken cancellation
    )
    {
        var found = (await FindAsync(key, cancellation).ConfigureAwait(false))?.Stored;
        if (found is not null && ifMatch is not null && found.ETag != ifMatch)
            throw Changed(key, ifMatch);
        return found is null ? null : Stream.Null;
    }

    private ObjectChangedException Changed(string key, string ifMatch) =>
        new($"The object '{KeyRules.Show(key)}' in {store} is no longer version {ifMatch}.");

    public static string ETagOf(HttpResponseMessage answer) =>
        OciClient.Header(answer, "etag") ?? "";
}
