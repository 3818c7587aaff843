namespace Laddermill.OciStandIn.Identity;

/// <summary>
/// IAM, reduced to which kind of principal may do what in which bucket, and which may make container instances. A kind that no statement names may do
/// everything. What is not allowed is answered as if it were not there, as the service does.
/// </summary>
public sealed class Policy
{
    private readonly List<Statement> statements = [];

    /// <param name="type">Of the principal: <c>fnfunc</c>, <c>computecontainerinstance</c> or <c>user</c>.</param>
    /// <param name="verb"><c>read</c>, or <c>manage</c> to change too.</param>
    /// <param name="names">Only objects whose names begin like this.</param>
    public void AllowObjects(string type, string verb, string bucket, string names = "") =>
        Add(new(type, verb, bucket, names));

    public void AllowInstances(string type) => Add(new(type, "manage", null, ""));

    internal void Check(string type, Call call)
    {
        lock (statements)
        {
            var own = statements.Where(s => s.Type == type).ToList();
            if (own.Count == 0)
                return;
            var path = call.Target.Segments;
            if (path is ["n", _, "b", var bucket, ..])
            {
                var reads = call.Method is "GET" or "HEAD";
                // What is listed is a question of the bucket alone.
                var name = path is [_, _, _, _, "o" or "u", _, ..] ? call.Target.From(5) : null;
                if (
                    !own.Exists(s =>
                        s.Bucket == bucket
                        && (reads || s.Verb == "manage")
                        && (name is null || name.StartsWith(s.Names, StringComparison.Ordinal))
                    )
                )
                    throw ObjectStorage.ObjectStorageService.BucketNotFound(bucket);
            }
            else if (path is ["20210415", ..] && !own.Exists(s => s.Bucket is null))
            {
                throw new Refusal(
                    404,
                    "NotAuthorizedOrNotFound",
                    "Authorization failed or requested resource not found."
                );
            }
        }
    }

    private void Add(Statement statement)
    {
        lock (statements)
            statements.Add(statement);
    }

    /// <param name="Bucket">Null: container instances.</param>
    private sealed record Statement(string Type, string Verb, string? Bucket, string Names);
}
