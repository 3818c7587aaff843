namespace Laddermill.OciStandIn.ObjectStorage;

/// <summary>ListObjects.</summary>
internal static class ListOperation
{
    private const int MaximumPage = 1000;

    private static readonly string[] KnownFields =
    [
        "name",
        "size",
        "etag",
        "md5",
        "timeCreated",
        "timeModified",
        "storageTier",
        "archivalState",
    ];

    public static Task RunAsync(Call call, Bucket bucket)
    {
        var query = call.Target;
        var limit = query.Number("limit") ?? MaximumPage;
        if (limit is < 1 or > MaximumPage)
            throw Refusal.Invalid("'limit' must be between 1 and 1000.");
        var fields = (query.Value("fields") ?? "name").Split(',').ToHashSet();
        if (!fields.IsSubsetOf(KnownFields))
            throw Refusal.Invalid("'fields' names a field that is not known.");
        if (query.Value("delimiter") is not (null or "/"))
            throw Refusal.Invalid("'delimiter' must be /.");
        var (found, prefixes, next) = Page(
            bucket,
            query.Value("prefix") ?? "",
            query.Value("startAfter") ?? query.Value("start") ?? "",
            query.Value("startAfter") is not null,
            limit,
            query.Value("delimiter") is not null
        );
        if (query.Value("end") is { } end)
            (found, next) = (
                [.. found.TakeWhile(o => string.CompareOrdinal(o.Name, end) < 0)],
                next is not null && string.CompareOrdinal(next, end) < 0 ? next : null
            );
        return call.AnswerJsonAsync(
            new ListAnswer([.. found.Select(o => Listed(o, fields))], prefixes, next),
            Wire.Default.ListAnswer
        );
    }

    private static (IReadOnlyList<StoredObject>, IReadOnlyList<string>?, string?) Page(
        Bucket bucket,
        string prefix,
        string from,
        bool after,
        int limit,
        bool folders
    )
    {
        var (found, next) = bucket.Page(prefix, from, after, limit);
        if (!folders)
            return (found, null, next);
        var own = found.ToLookup(o => o.Name.IndexOf('/', prefix.Length) < 0);
        var prefixes = own[false]
            .Select(o => o.Name[..(o.Name.IndexOf('/', prefix.Length) + 1)])
            .Distinct();
        return ([.. own[true]], [.. prefixes], next);
    }

    private static ListedObject Listed(StoredObject found, HashSet<string> fields) =>
        new(
            found.Name,
            fields.Contains("size") ? found.Body.Length : null,
            fields.Contains("etag") ? found.ETag : null,
            fields.Contains("md5") ? found.Md5 ?? found.MultipartMd5 : null,
            fields.Contains("timeCreated") ? found.TimeCreated : null,
            fields.Contains("timeModified") ? found.TimeModified : null,
            fields.Contains("storageTier") ? found.Headers.Tier : null,
            fields.Contains("archivalState") && found.IsArchived ? "Archived" : null
        );
}
