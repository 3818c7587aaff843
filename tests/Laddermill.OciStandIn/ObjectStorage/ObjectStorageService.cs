using System.Collections.Concurrent;
using Laddermill.OciStandIn.Events;

namespace Laddermill.OciStandIn.ObjectStorage;

/// <summary>
/// Object Storage's API of 20160918: one namespace, its buckets and their objects. The paths are <c>/n</c>, <c>/n/{ns}/b/{bucket}</c>, and below that
/// <c>/o/{object}</c>, <c>/u/{object}</c> and <c>/actions/{action}</c>.
/// </summary>
internal sealed class ObjectStorageService(
    string tenancyNamespace,
    string folder,
    EventService events,
    TimeProvider time
)
{
    private readonly ConcurrentDictionary<string, Bucket> buckets = new(StringComparer.Ordinal);
    private readonly ObjectOperations objects = new(folder);
    private readonly UploadOperations uploads = new(tenancyNamespace, new ObjectOperations(folder));

    /// <param name="hasEvents">Whether its objects emit events; by themselves they do not.</param>
    public Bucket CreateBucket(
        string name,
        string compartment = "ocid1.compartment.oc1..standin",
        bool hasEvents = false
    )
    {
        var bucket = new Bucket(
            name,
            compartment,
            time,
            hasEvents ? (type, found) => events.Tell(type, name, found.Name, found.ETag) : null
        );
        return buckets.TryAdd(name, bucket)
            ? bucket
            : throw new Refusal(409, "BucketAlreadyExists", $"The bucket '{name}' exists.");
    }

    public void Archive(string bucket, string name) => buckets[bucket].Archive(name);

    /// <summary>Writes what is in a bucket into a folder.</summary>
    public async Task SaveAsync(string bucket, string folder)
    {
        foreach (var found in buckets[bucket].Page("", "", false, int.MaxValue).Found)
        {
            var path = Path.Combine(folder, found.Name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await using var file = File.Create(path);
            await using var content = found.Body.Open(0);
            await content.CopyToAsync(file);
        }
    }

    /// <summary>Whether a request puts an object or part, whose body need not be signed.</summary>
    public static bool IsUpload(Call call) =>
        call.Method == "PUT" && call.Target.Segments is ["n", _, "b", _, "o" or "u", _, ..];

    /// <summary>Whether a request is about a bucket or what is in it.</summary>
    public static bool IsInBucket(Call call) => call.Target.Segments is ["n", _, "b", _, ..];

    public Task RunAsync(Call call)
    {
        var path = call.Target.Segments;
        if (path is ["n"] && call.Method == "GET")
            return call.AnswerJsonAsync(tenancyNamespace, Wire.Default.String);
        if (path is not ["n", var ns, "b", ..])
            throw new Refusal(404, "NotAuthorizedOrNotFound", "There is no such resource.");
        if (ns != tenancyNamespace)
            throw new Refusal(404, "NamespaceNotFound", $"There is no namespace '{ns}'.");
        return path switch
        {
            [_, _, _] => BucketsAsync(call),
            [_, _, _, var bucket] => BucketAsync(call, Find(bucket)),
            [_, _, _, var bucket, "o"] when call.Method == "GET" => ListOperation.RunAsync(
                call,
                Find(bucket)
            ),
            [_, _, _, var bucket, "o", _, ..] => objects.RunAsync(
                call,
                Find(bucket),
                call.Target.From(5)
            ),
            [_, _, _, var bucket, "u"] => uploads.RunAsync(call, Find(bucket)),
            [_, _, _, var bucket, "u", _, ..] => uploads.RunAsync(
                call,
                Find(bucket),
                call.Target.From(5)
            ),
            [_, _, _, var bucket, "actions", "batchDeleteObjects"] when call.Method == "POST" =>
                ObjectOperations.DeleteManyAsync(call, Find(bucket)),
            _ => throw new Refusal(404, "NotAuthorizedOrNotFound", "There is no such operation."),
        };
    }

    private async Task BucketsAsync(Call call)
    {
        if (call.Method == "GET")
        {
            await call.AnswerJsonAsync(
                [.. buckets.Values.OrderBy(b => b.Name, StringComparer.Ordinal).Select(Answer)],
                Wire.Default.IReadOnlyListBucketAnswer
            );
            return;
        }
        if (call.Method != "POST")
            throw new Refusal(405, "MethodNotAllowed", "There is no such operation.");
        var details = await call.JsonAsync(Wire.Default.CreateBucketDetails);
        if (details is not { Name.Length: > 0 and <= 256, CompartmentId: not null })
            throw Refusal.Invalid("'name' and 'compartmentId' are required.");
        var bucket = CreateBucket(details.Name, details.CompartmentId);
        await call.AnswerJsonAsync(
            Answer(bucket),
            Wire.Default.BucketAnswer,
            200,
            ("etag", bucket.ETag)
        );
    }

    private Task BucketAsync(Call call, Bucket bucket)
    {
        switch (call.Method)
        {
            case "GET" or "HEAD":
                return call.AnswerJsonAsync(
                    Answer(bucket),
                    Wire.Default.BucketAnswer,
                    200,
                    ("etag", bucket.ETag)
                );
            case "DELETE" when bucket.IsEmpty:
                buckets.TryRemove(bucket.Name, out _);
                return call.AnswerAsync(204);
            case "DELETE":
                throw new Refusal(409, "BucketNotEmpty", $"Bucket '{bucket.Name}' is not empty.");
            default:
                throw new Refusal(405, "MethodNotAllowed", "There is no such operation.");
        }
    }

    private Bucket Find(string name) =>
        buckets.GetValueOrDefault(name) ?? throw BucketNotFound(name);

    public static Refusal BucketNotFound(string name) =>
        new(
            404,
            "BucketNotFound",
            $"Either the bucket named '{name}' does not exist in the namespace or you are not authorized to access it."
        );

    private BucketAnswer Answer(Bucket bucket) =>
        new(
            tenancyNamespace,
            bucket.Name,
            bucket.Compartment,
            "ocid1.user.oc1..standin",
            bucket.TimeCreated,
            bucket.ETag
        );
}
