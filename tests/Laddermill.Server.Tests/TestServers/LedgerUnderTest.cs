using Laddermill.Server.Ledger;
using Laddermill.Server.Telemetry;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Laddermill.Server.Tests.TestServers;

/// <summary>One server's view of a real database, with a clock that the test sets.</summary>
internal sealed class LedgerUnderTest : IAsyncDisposable
{
    private readonly ServiceProvider services;

    private LedgerUnderTest(ServiceProvider services) => this.services = services;

    public FakeTimeProvider Time => services.GetRequiredService<FakeTimeProvider>();

    public JobQueue Queue => services.GetRequiredService<JobQueue>();

    public JobEnds Ends => services.GetRequiredService<JobEnds>();

    public Announcements Announcements => services.GetRequiredService<Announcements>();

    public LedgerWriter Writer => services.GetRequiredService<LedgerWriter>();

    public IDbContextFactory<LedgerContext> Contexts =>
        services.GetRequiredService<IDbContextFactory<LedgerContext>>();

    public static async Task<LedgerUnderTest> OpenAsync(bool isPostgres, string connection)
    {
        var services = new ServiceCollection()
            .AddSingleton(
                new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
            )
            .AddSingleton<TimeProvider>(each => each.GetRequiredService<FakeTimeProvider>())
            .AddMetrics()
            .AddSingleton<Instruments>()
            .AddLedger(isPostgres, connection)
            .AddSingleton<JobQueue>()
            .AddSingleton<JobEnds>()
            .AddSingleton<Announcements>()
            .BuildServiceProvider();
        var ledger = new LedgerUnderTest(services);
        await LedgerSetup.MigrateAsync(ledger.Contexts, TestContext.Current.CancellationToken);
        return ledger;
    }

    public JobRow Job(string id, string pipeline = "films", int priority = 0)
    {
        var now = Time.GetUtcNow().UtcTicks;
        return new JobRow
        {
            Id = id,
            Pipeline = pipeline,
            Source = $"s3://in/{id}.mp4",
            SourceKey = $"{id}.mp4",
            SourceVersion = "v1",
            Name = $"{id}.mp4",
            Destination = "s3://out/",
            Document = "{}",
            Priority = priority,
            MaxAttempts = 3,
            Created = now,
            Queued = now,
            Changed = now,
        };
    }

    public async Task<JobRow> ReadAsync(string id)
    {
        await using var ledger = await Contexts.CreateDbContextAsync(
            TestContext.Current.CancellationToken
        );
        return await ledger
            .Jobs.AsNoTracking()
            .SingleAsync(job => job.Id == id, TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();
}
