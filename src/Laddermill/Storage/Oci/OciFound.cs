namespace Laddermill.Storage.Oci;

/// <summary>An object, as an answer about it tells.</summary>
/// <param name="PutId">The id of the put that made it, if that had a condition.</param>
/// <param name="IsArchived">It must be restored before it can be read, or is being restored.</param>
internal sealed record OciFound(StoredObject Stored, string? PutId, bool IsArchived)
{
    public static OciFound Of(string key, HttpResponseMessage answer, long size) =>
        new(
            new(
                key,
                size,
                OciReader.ETagOf(answer),
                answer.Content.Headers.LastModified ?? DateTimeOffset.UnixEpoch
            ),
            OciClient.Header(answer, OciReader.PutIdHeader),
            OciClient.Header(answer, "archival-state") is "Archived" or "Restoring"
        );
}
