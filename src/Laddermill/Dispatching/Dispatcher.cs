using Laddermill.Engines;
using Laddermill.Engines.OciContainerInstances;
using Laddermill.Events;
using Laddermill.Jobs;
using Laddermill.Storage;
using Laddermill.Storage.Oci;
using Laddermill.Transcoding;

namespace Laddermill.Dispatching;

/// <summary>
/// Turns the news of an object into one run of one job, whoever brings it and how often. All that it knows lies in the output bucket and in the
/// engine's list of runs: any number of dispatchers may work at once.
/// </summary>
/// <param name="open">Opens a bucket by its name.</param>
public sealed class Dispatcher(
    DispatchOptions options,
    Func<string, OciObjectStore> open,
    IEngine engine,
    TimeProvider time
)
{
    /// <summary>One that starts container instances of Oracle Cloud.</summary>
    /// <exception cref="AddressException">No region is known.</exception>
    public static Dispatcher Open(DispatchOptions options, OciOptions access, TimeProvider time) =>
        new(
            options,
            new OciBuckets(access, time).Open,
            new OciContainerInstanceEngine(options.Instances, access, time),
            time
        );

    internal DispatchOptions Options => options;

    internal IEngine Engine => engine;

    internal NoteStore Notes => field ??= new NoteStore(open(options.OutputBucket));

    internal TimeProvider Time => time;

    internal OciObjectStore Open(string bucket) => open(bucket);

    /// <summary>The input bucket; null when none is configured.</summary>
    internal OciObjectStore? Input { get; } =
        options.InputBucket is { } bucket ? open(bucket) : null;

    /// <summary>Answers the text of an event.</summary>
    /// <exception cref="EventException">It is no event.</exception>
    /// <exception cref="StoreException">A bucket refuses or cannot be reached: whether anything was done is not known; the next sweep looks.</exception>
    /// <exception cref="EngineException">The engine refuses; the job is kept as pending.</exception>
    public async Task<DispatchAnswer> DispatchAsync(
        ReadOnlyMemory<byte> text,
        CancellationToken cancellation
    )
    {
        var reading = OciEvents.Read(text);
        if (reading.Created is not [var created])
        {
            return DispatchAnswer.Of("ignored", reading.Ignored[0]);
        }
        if (created.IsArchived)
        {
            return DispatchAnswer.Of("ignored", $"the object '{created.Key}' is archived");
        }
        var bucket = open(created.Bucket);
        var answer = await EnsureAsync(bucket, created.Bucket, created.Key, cancellation)
            .ConfigureAwait(false);
        return answer is null && created.OtherKey is { } other
            ? await EnsureAsync(bucket, created.Bucket, other, cancellation).ConfigureAwait(false)
                ?? Missing(created)
            : answer ?? Missing(created);
    }

    /// <summary>Sees to it that the job of an object is done, runs, or is written down as pending; null when there is no such object.</summary>
    /// <param name="runs">The engine's runs by job and attempt, when this is a sweep, which may retry.</param>
    internal async Task<DispatchAnswer?> EnsureAsync(
        OciObjectStore bucket,
        string bucketName,
        string key,
        CancellationToken cancellation,
        IReadOnlyDictionary<(string Job, int Attempt), EngineRun>? runs = null,
        bool isPending = false
    )
    {
        var prefix = bucketName == options.OutputBucket ? "" : null;
        if (options.Names.Objection(key, prefix) is { } objection)
        {
            return DispatchAnswer.Of("ignored", $"the object '{key}' {objection}");
        }
        if (await bucket.LookAsync(key, cancellation).ConfigureAwait(false) is not { } found)
        {
            return null;
        }
        if (found.Stored.Size == 0 || found.IsArchived)
        {
            return DispatchAnswer.Of(
                "ignored",
                $"the object '{key}' is {(found.IsArchived ? "archived" : "empty")}"
            );
        }
        var job = await JobOfAsync(bucket, found.Stored, cancellation).ConfigureAwait(false);
        var claim = await Notes.LastClaimAsync(job, cancellation).ConfigureAwait(false);
        var standing = new JobStanding(
            await Notes.OutcomeAsync(job, cancellation).ConfigureAwait(false),
            claim,
            claim is null ? null : runs?.GetValueOrDefault((job, claim.Attempt)),
            isPending
        );
        var step = NextStep.Decide(
            standing,
            time.GetUtcNow(),
            options.MaxAttempts,
            mayRetry: runs is not null
        );
        switch (step)
        {
            case NextStep.Start start:
                var wanted = new Claim(
                    job,
                    start.Attempt,
                    start.Unbegun,
                    bucketName,
                    key,
                    found.Stored.ETag,
                    time.GetUtcNow(),
                    null
                );
                return await StartAsync(wanted, start.IsClaimed, cancellation)
                    .ConfigureAwait(false);
            case NextStep.GiveUp lost:
                await Notes
                    .PutOutcomeAsync(Outcome(job, bucket, key, lost), cancellation)
                    .ConfigureAwait(false);
                return DispatchAnswer.Of("failed", lost.Reason, job);
            default:
                var leave = (NextStep.Leave)step;
                return DispatchAnswer.Of(leave.State, leave.Reason, job);
        }
    }

    /// <summary>The id of the job for one version of an object, as its worker will compute it.</summary>
    internal async Task<string> JobOfAsync(
        OciObjectStore bucket,
        StoredObject found,
        CancellationToken cancellation
    )
    {
        var (identity, _) = await JobSource
            .IdentifyAsync(bucket, found, cancellation)
            .ConfigureAwait(false);
        return JobId.Compute(
            identity,
            ObjectLocation.ParseDestination($"oci://{options.OutputBucket}", "/").ToString(),
            options.Terms.Protocols,
            options.Terms.Profile
        );
    }

    private async Task<DispatchAnswer> StartAsync(
        Claim claim,
        bool isClaimed,
        CancellationToken cancellation
    )
    {
        if (!isClaimed && !await Notes.TryClaimAsync(claim, cancellation).ConfigureAwait(false))
        {
            return DispatchAnswer.Of("claimed", "another claimed it just now", claim.Job);
        }
        try
        {
            var run = await engine.StartAsync(Work(claim), cancellation).ConfigureAwait(false);
            await Notes
                .UpdateAsync(claim with { Run = run.Id }, cancellation)
                .ConfigureAwait(false);
            await Notes.RemovePendingAsync(claim.Job, cancellation).ConfigureAwait(false);
            return DispatchAnswer.Of("started", null, claim.Job, run.Id);
        }
        catch (EngineException refusal)
        {
            await Notes
                .PutPendingAsync(
                    new Pending(
                        claim.Job,
                        claim.Bucket,
                        claim.Key,
                        refusal.Message,
                        time.GetUtcNow()
                    ),
                    cancellation
                )
                .ConfigureAwait(false);
            return refusal is EngineFullException
                ? DispatchAnswer.Of("pending", refusal.Message, claim.Job)
                : DispatchAnswer.Failed(refusal.Message, "pending", claim.Job);
        }
    }

    private EngineWork Work(Claim claim)
    {
        var environment = options
            .WorkerEndpoints.Add(BucketJob.DestinationVariable, options.OutputBucket)
            .Add(BucketJob.ProtocolsVariable, options.Protocols)
            .Add(BucketJob.ProjectVariable, options.ProjectName);
        return new EngineWork(
            claim.Job,
            claim.Attempt,
            [claim.Bucket, claim.Key],
            options.Profile is null
                ? environment
                : environment.Add(BucketJob.ProfileVariable, options.Profile)
        );
    }

    private JobOutcome Outcome(
        string job,
        OciObjectStore bucket,
        string key,
        NextStep.GiveUp lost
    ) =>
        new(
            job,
            JobEnd.Failed,
            "worker-lost",
            lost.Reason,
            $"{bucket.Name}/{key}",
            key,
            null,
            lost.Attempts,
            time.GetUtcNow()
        );

    private static DispatchAnswer Missing(ObjectCreated created) =>
        DispatchAnswer.Of(
            "ignored",
            $"there is no object '{created.Key}' in the bucket '{created.Bucket}'"
        );
}
