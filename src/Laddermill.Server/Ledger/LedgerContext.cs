using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Laddermill.Server.Ledger;

/// <summary>What the server remembers. Everything in it but keys, webhooks' messages and logs can be lost and is found again in the destinations.</summary>
public abstract partial class LedgerContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<JobRow> Jobs => Set<JobRow>();

    public DbSet<AttemptRow> Attempts => Set<AttemptRow>();

    public DbSet<AnnouncementRow> Announcements => Set<AnnouncementRow>();

    public DbSet<KeyRow> Keys => Set<KeyRow>();

    public DbSet<DeliveryRow> Deliveries => Set<DeliveryRow>();

    public DbSet<IdempotencyRow> Idempotency => Set<IdempotencyRow>();

    public DbSet<ReconciliationRow> Reconciliations => Set<ReconciliationRow>();

    public DbSet<HourRow> Hours => Set<HourRow>();

    /// <summary>Puts what keeps a row from being claimed by two servers at once into a statement, in this database's words.</summary>
    /// <param name="statement">Has <c>SKIP LOCKED</c> where that belongs.</param>
    public abstract string Claiming(string statement);

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        // State 0 is "queued": an index of those alone, in the order in which they run, costs the same however many are done.
        const string ready = "state = 0 AND due IS NULL";
        modelBuilder.Entity<JobRow>(job =>
        {
            job.ToTable("jobs").HasKey(row => row.Id);
            job.HasIndex(row => new
                {
                    row.Pipeline,
                    row.Priority,
                    row.Queued,
                    row.Id,
                })
                .IsDescending(false, true, false, false)
                .HasFilter(ready)
                .HasDatabaseName("jobs_ready");
            job.HasIndex(row => row.Due)
                .HasFilter("state = 0 AND due IS NOT NULL")
                .HasDatabaseName("jobs_due");
            job.HasIndex(row => row.LeaseUntil)
                .HasFilter("state = 1")
                .HasDatabaseName("jobs_running");
            job.HasIndex(row => new { row.Pipeline, row.SourceKey }).HasDatabaseName("jobs_source");
            job.HasIndex(row => new { row.Created, row.Id }).HasDatabaseName("jobs_created");
            job.HasIndex(row => new
                {
                    row.State,
                    row.Created,
                    row.Id,
                })
                .HasDatabaseName("jobs_state");
            // Whoever counts reads this one alone: the rows themselves are large. And it has the jobs of a pipeline and state in their order.
            job.HasIndex(row => new
                {
                    row.Pipeline,
                    row.State,
                    row.Created,
                    row.Id,
                })
                .HasDatabaseName("jobs_counts");
            job.HasIndex(row => new { row.Ended, row.State }).HasDatabaseName("jobs_ended");
            if (this is SqliteLedger)
            {
                // A search reads all names, and this is all that it reads. PostgreSQL allows no entry so long as names may be.
                job.HasIndex(row => new
                    {
                        row.Created,
                        row.Id,
                        row.Name,
                        row.Source,
                        row.State,
                        row.Pipeline,
                    })
                    .HasDatabaseName("jobs_search");
            }
            job.HasIndex(row => row.Changed).HasDatabaseName("jobs_changed");
        });
        modelBuilder.Entity<AttemptRow>(attempt =>
            attempt.ToTable("attempts").HasKey(row => new { row.Job, row.Number })
        );
        modelBuilder.Entity<AnnouncementRow>(announcement =>
        {
            announcement.ToTable("announcements").HasKey(row => row.Id);
            announcement.HasIndex(row => row.TakenUntil);
            announcement.HasIndex(row => new { row.Pipeline, row.Key });
        });
        modelBuilder.Entity<KeyRow>(key =>
        {
            key.ToTable("keys").HasKey(row => row.Id);
            key.HasIndex(row => row.Hash).IsUnique();
        });
        modelBuilder.Entity<DeliveryRow>(delivery =>
        {
            delivery.ToTable("deliveries").HasKey(row => row.Id);
            delivery.HasIndex(row => row.Due).HasFilter("due IS NOT NULL");
            delivery.HasIndex(row => row.Job);
        });
        modelBuilder.Entity<IdempotencyRow>(answer =>
            answer.ToTable("idempotency").HasKey(row => row.Key)
        );
        modelBuilder.Entity<ReconciliationRow>(row =>
            row.ToTable("reconciliations").HasKey(each => each.Pipeline)
        );
        modelBuilder.Entity<HourRow>(hour =>
            hour.ToTable("hours")
                .HasKey(row => new
                {
                    row.Hour,
                    row.Pipeline,
                    row.Server,
                })
        );
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            foreach (IMutableProperty property in entity.GetProperties())
            {
                property.SetColumnName(SnakeCase(property.Name));
            }
        }
    }

    private static string SnakeCase(string name) => Hump().Replace(name, "_$0").ToLowerInvariant();

    [GeneratedRegex("(?<=[a-z])[A-Z]")]
    private static partial Regex Hump();
}

/// <summary>One file, for one server.</summary>
public sealed class SqliteLedger(DbContextOptions<SqliteLedger> options) : LedgerContext(options)
{
    /// <summary>There is only ever one writer.</summary>
    public override string Claiming(string statement) =>
        statement.Replace("SKIP LOCKED", "", StringComparison.Ordinal);
}

/// <summary>For several servers.</summary>
public sealed class PostgresLedger(DbContextOptions<PostgresLedger> options)
    : LedgerContext(options)
{
    public override string Claiming(string statement) =>
        statement.Replace("SKIP LOCKED", "FOR UPDATE SKIP LOCKED", StringComparison.Ordinal);
}
