using System.Text;
using Microsoft.Net.Http.Headers;

namespace Laddermill.OciStandIn.ObjectStorage;

/// <summary>PutObject, GetObject, HeadObject, DeleteObject, BatchDeleteObjects.</summary>
internal sealed class ObjectOperations(string folder)
{
    private const int BatchLimit = 1000;

    public Task RunAsync(Call call, Bucket bucket, string name) =>
        call.Method switch
        {
            "PUT" => PutAsync(call, bucket, name),
            "GET" or "HEAD" => GetAsync(call, bucket, name),
            "DELETE" => DeleteAsync(call, bucket, name),
            _ => throw new Refusal(405, "MethodNotAllowed", "There is no such operation."),
        };

    public static void CheckName(string name)
    {
        if (Encoding.UTF8.GetByteCount(name) is 0 or > 1024 || name.AsSpan().ContainsAny("\0\r\n"))
            throw new Refusal(400, "InvalidObjectName", "The object's name is not valid.");
    }

    public async Task<Body> ReceiveAsync(Call call)
    {
        var length =
            call.Context.Request.ContentLength
            ?? throw new Refusal(411, "MissingContentLength", "Content-Length is required.");
        var body = await Body.ReceiveAsync(call.Context.Request.Body, length, folder, call.Aborted);
        return call.Header("content-md5") is { } md5 && md5 != Convert.ToBase64String(body.Md5)
            ? throw new Refusal(400, "UnmatchedContentMD5", "Content-MD5 is not that of the body.")
            : body;
    }

    private async Task PutAsync(Call call, Bucket bucket, string name)
    {
        CheckName(name);
        var conditions = Conditions.Of(call);
        conditions.Check(bucket.Find(name));
        var stored = bucket.Put(name, await ReceiveAsync(call), ObjectHeaders.Of(call), conditions);
        await call.AnswerAsync(
            200,
            ("etag", stored.ETag),
            ("last-modified", stored.TimeModified.ToString("r", null)),
            ("opc-content-md5", stored.Md5)
        );
    }

    private static async Task GetAsync(Call call, Bucket bucket, string name)
    {
        var found = bucket.Find(name) ?? throw NotFound(bucket, name);
        if (call.Header("if-match") is { } match && match != "*" && match != found.ETag)
            throw new Refusal(412, "IfMatchFailed", "The If-Match condition was not met.");
        if (call.Header("if-none-match") is { } none && (none == "*" || none == found.ETag))
        {
            await call.AnswerAsync(304, ("etag", found.ETag));
            return;
        }
        if (found.IsArchived && call.Method != "HEAD")
            throw new Refusal(409, "NotRestored", $"The object '{name}' is archived.");
        var size = found.Body.Length;
        if (call.Header("range") is not { } text)
        {
            await call.AnswerBodyAsync(200, found.Body.Open(0), size, found.HeadersOfAnswer);
            return;
        }
        var (first, count) = Range(text, size);
        await call.AnswerBodyAsync(
            206,
            found.Body.Open(first),
            count,
            [
                .. found.HeadersOfAnswer,
                ("content-range", $"bytes {first}-{first + count - 1}/{size}"),
            ]
        );
    }

    private static (long First, long Count) Range(string text, long size)
    {
        if (
            !RangeHeaderValue.TryParse(text, out var header)
            || header.Unit != "bytes"
            || header.Ranges.Count != 1
        )
            throw Refusal.Invalid("Only one range of bytes can be asked for.");
        var range = header.Ranges.Single();
        var first = range.From ?? Math.Max(0, size - range.To ?? 0);
        var last = range.From is null ? size - 1 : Math.Min(range.To ?? size - 1, size - 1);
        return first < size && first <= last
            ? (first, last - first + 1)
            : throw new Refusal(416, "InvalidRange", "The range lies behind the object's end.");
    }

    private static Task DeleteAsync(Call call, Bucket bucket, string name)
    {
        var deleted = bucket.Delete(name, Conditions.Of(call)) ?? throw NotFound(bucket, name);
        return call.AnswerAsync(204, ("last-modified", deleted.TimeModified.ToString("r", null)));
    }

    public static async Task DeleteManyAsync(Call call, Bucket bucket)
    {
        var details = await call.JsonAsync(Wire.Default.BatchDeleteDetails);
        if (details.Objects.Count is 0 or > BatchLimit)
            throw Refusal.Invalid("Between 1 and 1000 objects can be deleted at once.");
        var deleted = new List<DeletedObject>();
        var failed = new List<FailedObject>();
        foreach (var (name, ifMatch) in details.Objects)
        {
            try
            {
                var gone =
                    bucket.Delete(name, new Conditions(ifMatch, false))
                    ?? throw NotFound(bucket, name);
                if (!details.IsSkipDeletedResult)
                    deleted.Add(new(name, gone.TimeModified));
            }
            catch (Refusal refusal)
            {
                failed.Add(new(name, refusal.Status, refusal.Message));
            }
        }
        await call.AnswerJsonAsync(new(deleted, failed), Wire.Default.BatchDeleteAnswer);
    }

    private static Refusal NotFound(Bucket bucket, string name) =>
        new(
            404,
            "ObjectNotFound",
            $"The object '{name}' does not exist in bucket '{bucket.Name}'."
        );
}
