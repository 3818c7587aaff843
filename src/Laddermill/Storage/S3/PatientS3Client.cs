using System.Net;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.S3;
using Amazon.S3.Internal;

namespace Laddermill.Storage.S3;

/// <summary>
/// A client that tries again, too, when a server answers 429: Amazon's own never does, others do when they have too much to do, and the SDK knows only what Amazon's does.
/// The first pause is short, since most failures are over at once; the SDK's own, of half a second on average, would stop a job at each of them.
/// </summary>
internal sealed class PatientS3Client : AmazonS3Client
{
    public PatientS3Client(AmazonS3Config config)
        : base(config) { }

    public PatientS3Client(AWSCredentials credentials, AmazonS3Config config)
        : base(credentials, config) { }

    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        base.CustomizeRuntimePipeline(pipeline);
        pipeline.ReplaceHandler<RetryHandler>(new RetryHandler(new Policy(Config)));
    }

    private sealed class Policy : AmazonS3StandardRetryPolicy
    {
        private const double LongestFirstPause = 200;

        public Policy(IClientConfig config)
            : base(config) => HttpStatusCodesToRetryOn.Add(HttpStatusCode.TooManyRequests);

        public override Task WaitBeforeRetryAsync(IExecutionContext executionContext)
        {
            var request = executionContext.RequestContext;
            // What the server asks for is kept.
            var isTold = request.ContextAttributes.ContainsKey(RetryAfterContextKey);
            return isTold || request.Retries > 1
                ? base.WaitBeforeRetryAsync(executionContext)
                : Task.Delay(
                    TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * LongestFirstPause),
                    TimeProvider.System,
                    request.CancellationToken
                );
        }
    }
}
