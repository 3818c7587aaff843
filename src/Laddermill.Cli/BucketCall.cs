using System.Text.Json;
using Laddermill.Cli.Commands;
using Laddermill.Jobs;

namespace Laddermill.Cli;

/// <summary>
/// <c>laddermill BUCKET OBJECT</c> in an environment with <c>TC_DST_BUCKET</c>: how container instances start a job. It is taken before the command line
/// is parsed, because buckets and objects may be called like commands and options.
/// </summary>
internal sealed record BucketCall(
    string Bucket,
    string Key,
    string Destination,
    string? Protocols,
    string? Profile
)
{
    /// <param name="variable">Environment variables.</param>
    public static BucketCall? Of(IReadOnlyList<string> arguments, Func<string, string?> variable) =>
        arguments is [var bucket, var key]
        && variable(BucketJob.DestinationVariable) is { Length: > 0 } destination
            ? new(
                bucket,
                key,
                destination,
                variable(BucketJob.ProtocolsVariable),
                variable(BucketJob.ProfileVariable)
            )
            : null;

    public Task<int> RunAsync(TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        Shared.ChooseSandbox(null, error);
        return new WorkRun(output, error).RunAsync(_ => Task.FromResult(Document()), cancellation);
    }

    /// <exception cref="UsageException">The profile is no JSON.</exception>
    private JobDocument Document()
    {
        try
        {
            return BucketJob.Document(Bucket, Key, Destination, Protocols, Profile);
        }
        catch (JsonException wrong)
        {
            throw new UsageException(
                $"the profile in {BucketJob.ProfileVariable} cannot be read: {wrong.Message}"
            );
        }
    }
}
