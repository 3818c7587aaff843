namespace Laddermill.OciStandIn.ObjectStorage;

/// <summary>Multipart uploads: create, upload part, commit, abort, list.</summary>
internal sealed class UploadOperations(string tenancyNamespace, ObjectOperations objects)
{
    public Task RunAsync(Call call, Bucket bucket) =>
        call.Method switch
        {
            "POST" => CreateAsync(call, bucket),
            "GET" => call.AnswerJsonAsync(
                [.. bucket.Uploads().Select(u => Answer(bucket, u))],
                Wire.Default.IReadOnlyListUploadAnswer
            ),
            _ => throw NoSuchOperation(),
        };

    public Task RunAsync(Call call, Bucket bucket, string name)
    {
        var upload = bucket.Upload(name, call.Target.Value("uploadId"));
        return call.Method switch
        {
            "PUT" => UploadPartAsync(call, upload),
            "POST" => CommitAsync(call, bucket, upload),
            "GET" => ListPartsAsync(call, upload),
            "DELETE" => AbortAsync(call, bucket, upload),
            _ => throw NoSuchOperation(),
        };
    }

    private async Task CreateAsync(Call call, Bucket bucket)
    {
        var details = await call.JsonAsync(Wire.Default.CreateUploadDetails);
        ObjectOperations.CheckName(details.Object);
        var metadata = details.Metadata ?? new Dictionary<string, string>();
        if (metadata.Keys.Any(key => !key.StartsWith("opc-meta-", StringComparison.Ordinal)))
            throw Refusal.Invalid("The keys of 'metadata' must start with opc-meta-.");
        var headers = new ObjectHeaders(
            details.ContentType ?? "application/octet-stream",
            details.CacheControl,
            details.ContentLanguage,
            details.ContentEncoding,
            details.ContentDisposition,
            "Standard",
            metadata
        );
        var upload = bucket.Begin(details.Object, headers, Conditions.Of(call));
        await call.AnswerJsonAsync(
            Answer(bucket, upload),
            Wire.Default.UploadAnswer,
            200,
            (
                "location",
                $"{call.RawTarget}/{Uri.EscapeDataString(upload.Key)}?uploadId={upload.Id}"
            )
        );
    }

    private async Task UploadPartAsync(Call call, MultipartUpload upload)
    {
        if (
            call.Target.Number("uploadPartNum")
            is not (> 0 and <= MultipartUpload.MaximumParts and var number)
        )
            throw Refusal.Invalid("'uploadPartNum' must be between 1 and 10000.");
        var part = new Part(await objects.ReceiveAsync(call), Guid.NewGuid().ToString());
        upload.Parts[number] = part;
        await call.AnswerAsync(
            200,
            ("etag", part.ETag),
            ("opc-content-md5", Convert.ToBase64String(part.Body.Md5))
        );
    }

    private static async Task CommitAsync(Call call, Bucket bucket, MultipartUpload upload)
    {
        var (body, md5) = upload.Assemble(await call.JsonAsync(Wire.Default.CommitDetails));
        var stored = bucket.Put(upload.Key, body, upload.Headers, Conditions.Of(call), md5);
        bucket.End(upload);
        await call.AnswerAsync(
            200,
            ("etag", stored.ETag),
            ("last-modified", stored.TimeModified.ToString("r", null)),
            ("opc-multipart-md5", md5)
        );
    }

    private static Task ListPartsAsync(Call call, MultipartUpload upload) =>
        call.AnswerJsonAsync(
            [
                .. upload
                    .Parts.OrderBy(p => p.Key)
                    .Select(p => new PartAnswer(
                        p.Key,
                        p.Value.ETag,
                        Convert.ToBase64String(p.Value.Body.Md5),
                        p.Value.Body.Length
                    )),
            ],
            Wire.Default.IReadOnlyListPartAnswer
        );

    private static Task AbortAsync(Call call, Bucket bucket, MultipartUpload upload)
    {
        bucket.End(upload);
        return call.AnswerAsync(204);
    }

    private UploadAnswer Answer(Bucket bucket, MultipartUpload upload) =>
        new(tenancyNamespace, bucket.Name, upload.Key, upload.Id, upload.TimeCreated);

    private static Refusal NoSuchOperation() =>
        new(405, "MethodNotAllowed", "There is no such operation.");
}
