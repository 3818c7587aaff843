using Microsoft.EntityFrameworkCore;

namespace Laddermill.Server.Ledger;

/// <summary>What one attempt came to, in numbers.</summary>
/// <param name="FilmSeconds">0 unless it published something.</param>
/// <param name="EncodeSeconds">0 unless it published something.</param>
/// <param name="Bytes">0 unless it published something.</param>
/// <param name="Processors">That it had for itself.</param>
/// <param name="Memory">That it had for itself, in gigabytes (1024³).</param>
public sealed record AttemptFigures(
    double FilmSeconds,
    double EncodeSeconds,
    long Bytes,
    double Processors,
    double Memory
);

/// <summary>Keeps the sums of each hour.</summary>
internal static class Hours
{
    /// <summary>Adds an attempt that ended now to its hour, within the transaction that ends it.</summary>
    public static Task AddAsync(LedgerContext ledger, JobRow job, AttemptFigures figures, long now)
    {
        var hour = now - now % TimeSpan.TicksPerHour;
        var server = (job.Server ?? "").Split('/')[0];
        var seconds = Math.Max(0, TimeSpan.FromTicks(now - (job.Started ?? now)).TotalSeconds);
        var published = figures.FilmSeconds > 0 ? 1 : 0;
        var processors = seconds * figures.Processors;
        var memory = seconds * figures.Memory;
        return ledger.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO hours (hour, pipeline, server, published, film_seconds, encode_seconds, bytes, processor_seconds, memory_seconds)
            VALUES ({hour}, {job.Pipeline}, {server}, {published}, {figures.FilmSeconds}, {figures.EncodeSeconds}, {figures.Bytes}, {processors}, {memory})
            ON CONFLICT (hour, pipeline, server) DO UPDATE SET published = hours.published + excluded.published,
                film_seconds = hours.film_seconds + excluded.film_seconds, encode_seconds = hours.encode_seconds + excluded.encode_seconds,
                bytes = hours.bytes + excluded.bytes, processor_seconds = hours.processor_seconds + excluded.processor_seconds,
                memory_seconds = hours.memory_seconds + excluded.memory_seconds
            """
        );
    }
}
