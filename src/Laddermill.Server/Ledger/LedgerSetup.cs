using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Laddermill.Server.Ledger;

/// <summary>Which database, and how it is opened.</summary>
public static class LedgerSetup
{
    /// <summary>Registers the factory of contexts and the writer.</summary>
    /// <param name="connection">PostgreSQL's connection string, or SQLite's file.</param>
    public static IServiceCollection AddLedger(
        this IServiceCollection services,
        bool isPostgres,
        string connection
    )
    {
        if (isPostgres)
        {
            services.AddPooledDbContextFactory<PostgresLedger>(options =>
                options.UseNpgsql(connection)
            );
            services.AddSingleton<IDbContextFactory<LedgerContext>, Factory<PostgresLedger>>();
        }
        else
        {
            services.AddPooledDbContextFactory<SqliteLedger>(options =>
                options.UseSqlite(SqliteConnectionOf(connection))
            );
            services.AddSingleton<IDbContextFactory<LedgerContext>, Factory<SqliteLedger>>();
        }
        return services.AddSingleton<LedgerWriter>();
    }

    /// <summary>Brings the database's tables up to date.</summary>
    public static async Task MigrateAsync(
        IDbContextFactory<LedgerContext> contexts,
        CancellationToken cancellation
    )
    {
        await using var ledger = await contexts.CreateDbContextAsync(cancellation);
        await ledger.Database.MigrateAsync(cancellation);
        if (ledger is SqliteLedger)
        {
            // Readers do not wait for the writer; kept in the file. A commit is on the disk before it is told (synchronous=FULL is the default).
            await ledger.Database.ExecuteSqlAsync($"PRAGMA journal_mode=WAL", cancellation);
        }
    }

    private static string SqliteConnectionOf(string file) =>
        new SqliteConnectionStringBuilder
        {
            DataSource = file,
            DefaultTimeout = 30,
            Pooling = true,
        }.ToString();

    private sealed class Factory<T>(IDbContextFactory<T> contexts)
        : IDbContextFactory<LedgerContext>
        where T : LedgerContext
    {
        public LedgerContext CreateDbContext() => contexts.CreateDbContext();

        public async Task<LedgerContext> CreateDbContextAsync(CancellationToken cancellation) =>
            await contexts.CreateDbContextAsync(cancellation);
    }
}

/// <summary>For <c>dotnet ef migrations add NAME --context SqliteLedger</c>.</summary>
internal sealed class SqliteDesign : IDesignTimeDbContextFactory<SqliteLedger>
{
    public SqliteLedger CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteLedger>().UseSqlite("Data Source=design.db").Options);
}

/// <summary>For <c>dotnet ef migrations add NAME --context PostgresLedger</c>.</summary>
internal sealed class PostgresDesign : IDesignTimeDbContextFactory<PostgresLedger>
{
    public PostgresLedger CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgresLedger>().UseNpgsql("Host=design").Options);
}
