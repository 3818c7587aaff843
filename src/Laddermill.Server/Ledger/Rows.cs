namespace Laddermill.Server.Ledger;

/// <summary>One job. Instants are UTC ticks: SQLite cannot compare other forms of time.</summary>
public sealed class JobRow
{
    /// <summary>The job's id, see docs/jobs.md.</summary>
    public required string Id { get; set; }

    /// <summary>The pipeline's name; empty for a job that was asked for by itself.</summary>
    public required string Pipeline { get; set; }

    /// <summary>Address of the source, for people and for the worker.</summary>
    public required string Source { get; set; }

    /// <summary>Key in the pipeline's store and its version there; by them reconciliation sees what is known.</summary>
    public string? SourceKey { get; set; }

    public string? SourceVersion { get; set; }

    /// <summary>Bytes of the source.</summary>
    public long Size { get; set; }

    /// <summary>The object's folder under the destination.</summary>
    public required string Name { get; set; }

    public required string Destination { get; set; }

    /// <summary>The job document that workers get, as JSON.</summary>
    public required string Document { get; set; }

    public JobState State { get; set; }

    public int Priority { get; set; }

    public int MaxAttempts { get; set; }

    /// <summary>When it was announced.</summary>
    public long Created { get; set; }

    /// <summary>Its place among those of equal priority.</summary>
    public long Queued { get; set; }

    /// <summary>Not before this; null when it may run at once.</summary>
    public long? Due { get; set; }

    /// <summary>When its last attempt began.</summary>
    public long? Started { get; set; }

    public long? Ended { get; set; }

    /// <summary>Begun so far.</summary>
    public int Attempts { get; set; }

    /// <summary>Those that failed; attempts that were lost or let go do not count.</summary>
    public int Failures { get; set; }

    /// <summary>In a row: workers that vanished without a word.</summary>
    public int Losses { get; set; }

    /// <summary>Who runs it, until when; null when nobody does.</summary>
    public string? Server { get; set; }

    public long? LeaseUntil { get; set; }

    /// <summary>What the engine calls the run.</summary>
    public string? Run { get; set; }

    public bool CancelRequested { get; set; }

    /// <summary>The worker's last progress line, as JSON.</summary>
    public string? Progress { get; set; }

    /// <summary>The worker's result line, as JSON.</summary>
    public string? Result { get; set; }

    /// <summary>Stable word: why it failed or was rejected.</summary>
    public string? Code { get; set; }

    /// <summary>One sentence, and the tool's last words beneath.</summary>
    public string? Reason { get; set; }

    public string? Revision { get; set; }

    /// <summary>W3C traceparent of the event that announced it.</summary>
    public string? Trace { get; set; }

    /// <summary>Grows with each change, over all jobs of a server; with the job's id it is the row's version.</summary>
    public long Changed { get; set; }
}

/// <summary>One try at a job.</summary>
public sealed class AttemptRow
{
    public required string Job { get; set; }

    public int Number { get; set; }

    public required string Server { get; set; }

    public string? Run { get; set; }

    public long Started { get; set; }

    public long? Ended { get; set; }

    public int? ExitCode { get; set; }

    /// <summary><c>succeeded</c>, <c>failed</c>, <c>rejected</c>, <c>cancelled</c>, <c>lost</c> or <c>released</c>; null while it runs.</summary>
    public string? Outcome { get; set; }

    public string? Reason { get; set; }

    /// <summary>The last that the worker wrote.</summary>
    public string? Log { get; set; }
}

/// <summary>News of an object that is not looked at yet. Gone once its job is in the ledger.</summary>
public sealed class AnnouncementRow
{
    public long Id { get; set; }

    public required string Pipeline { get; set; }

    public required string Key { get; set; }

    /// <summary>What the object may be called otherwise, where the sender does not say whether it encodes.</summary>
    public string? OtherKey { get; set; }

    /// <summary>UTC ticks.</summary>
    public long Received { get; set; }

    /// <summary>Somebody looks at it until then.</summary>
    public long TakenUntil { get; set; }

    public string? Trace { get; set; }
}

/// <summary>A key of the API: only its hash is kept.</summary>
public sealed class KeyRow
{
    public required string Id { get; set; }

    public required string Name { get; set; }

    /// <summary>SHA-256 of the key, in hex: keys are random and long, so that nothing slower is needed.</summary>
    public required string Hash { get; set; }

    /// <summary><c>read</c>, <c>submit</c>, <c>admin</c>, separated by spaces.</summary>
    public required string Scopes { get; set; }

    public long Created { get; set; }

    public long? LastUsed { get; set; }

    public long? Revoked { get; set; }
}

/// <summary>One message to one webhook.</summary>
public sealed class DeliveryRow
{
    public required string Id { get; set; }

    public required string Webhook { get; set; }

    public required string Job { get; set; }

    public required string Type { get; set; }

    public required string Body { get; set; }

    public long Created { get; set; }

    /// <summary>When it is to be tried next; null when it is over.</summary>
    public long? Due { get; set; }

    public int Attempts { get; set; }

    /// <summary><c>waiting</c>, <c>delivered</c> or <c>given-up</c>.</summary>
    public required string State { get; set; }

    public int? Status { get; set; }

    public string? Error { get; set; }

    public long? Ended { get; set; }
}

/// <summary>An answer that is given again to whoever repeats a request with the same Idempotency-Key.</summary>
public sealed class IdempotencyRow
{
    public required string Key { get; set; }

    /// <summary>SHA-256 of the request: the same key with another request is an error.</summary>
    public required string Request { get; set; }

    public required string Job { get; set; }

    public long Created { get; set; }
}

/// <summary>How far the last whole comparison of a pipeline's source was.</summary>
public sealed class ReconciliationRow
{
    public required string Pipeline { get; set; }

    /// <summary>When the last whole comparison began, and ended.</summary>
    public long Began { get; set; }

    public long Ended { get; set; }

    public int Looked { get; set; }

    public int Found { get; set; }

    /// <summary>Why the source could not be compared the last time; null when it could.</summary>
    public string? Problem { get; set; }
}

/// <summary>What the attempts that ended within an hour came to: the history that charts and costs are made of. One row for each server, so that none waits for another.</summary>
public sealed class HourRow
{
    /// <summary>UTC ticks of its beginning.</summary>
    public long Hour { get; set; }

    public required string Pipeline { get; set; }

    /// <summary>By its name, without the mark of its life.</summary>
    public required string Server { get; set; }

    /// <summary>Attempts that published something.</summary>
    public int Published { get; set; }

    /// <summary>Of those, seconds of film.</summary>
    public double FilmSeconds { get; set; }

    /// <summary>Of those, seconds that encoding took.</summary>
    public double EncodeSeconds { get; set; }

    /// <summary>Of those, bytes of media.</summary>
    public long Bytes { get; set; }

    /// <summary>Seconds of all attempts, however they ended, times the processors that each had.</summary>
    public double ProcessorSeconds { get; set; }

    /// <summary>The same, times gigabytes of memory (1024³).</summary>
    public double MemorySeconds { get; set; }
}
