using System.Data.Common;
using Laddermill.Ladders;
using Laddermill.Server.Ledger;
using Laddermill.Server.Pipelines;
using Laddermill.Storage;

namespace Laddermill.Server.Intake;

/// <summary>Turns news of objects into jobs, several at once; what cannot be looked at now is looked at again.</summary>
public sealed partial class IntakeLoop(
    Announcements announcements,
    Admission admission,
    PipelineSet pipelines,
    TimeProvider time,
    ILogger<IntakeLoop> log
) : BackgroundService
{
    private const int AtOnce = 8;
    private const int MostWaiting = 20_000;

    /// <summary>How often it looks for news that others took and never came back to.</summary>
    private static readonly TimeSpan LookForForgotten = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan AfterTrouble = TimeSpan.FromSeconds(15);

    private readonly NewsQueue waiting = new(MostWaiting);

    /// <summary>Takes news; they are durable when this returns, and looked at soon after.</summary>
    public async Task<int> AnnounceAsync(
        IReadOnlyCollection<Announcement> news,
        CancellationToken cancellation
    )
    {
        if (news.Count == 0)
        {
            return 0;
        }
        var rows = await announcements.AddAsync(news, cancellation);
        foreach (var row in rows)
        {
            // What finds no room is in the ledger, and taken from there when its minute is over.
            waiting.TryAdd(row);
        }
        return rows.Length;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var forgotten = TakeForgottenAsync(stoppingToken);
        await Parallel.ForEachAsync(
            waiting.ReadAllAsync(stoppingToken),
            new ParallelOptions
            {
                MaxDegreeOfParallelism = AtOnce,
                CancellationToken = stoppingToken,
            },
            async (news, token) => await LookAsync(news, token)
        );
        await forgotten;
    }

    private async Task LookAsync(News news, CancellationToken cancellation)
    {
        try
        {
            if (pipelines.Find(news.First.Pipeline) is { } pipeline)
            {
                await admission.AdmitAsync(pipeline, news, cancellation);
            }
            else
            {
                await admission.DropAsync(news);
            }
        }
        // A saved profile that is gone, or that somebody broke by hand: it may be mended.
        catch (Exception trouble) when (trouble is StoreException or ProfileException)
        {
            NotNow(news.First.Pipeline, news.First.Key, trouble.Message);
            await announcements.PostponeAsync(news.Announcements, AfterTrouble);
        }
        // Left as it is, in the ledger: it is taken again when its minute is over.
        catch (DbException trouble)
        {
            NotNow(news.First.Pipeline, news.First.Key, trouble.Message);
        }
    }

    private async Task TakeForgottenAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(LookForForgotten, time);
        do
        {
            try
            {
                List<AnnouncementRow> found;
                do
                {
                    found = await announcements.TakeForgottenAsync(500, cancellation);
                } while (found.TrueForAll(waiting.TryAdd) && found.Count == 500);
            }
            catch (DbException trouble)
            {
                LedgerTrouble(trouble.Message);
            }
        } while (await timer.WaitForNextTickAsync(cancellation));
    }

    [LoggerMessage(
        LogLevel.Warning,
        "Pipeline {Pipeline}: the object {Key} cannot be looked at now, and will be again: {Reason}"
    )]
    private partial void NotNow(string pipeline, string key, string reason);

    [LoggerMessage(LogLevel.Error, "News in the ledger cannot be read now: {Reason}")]
    private partial void LedgerTrouble(string reason);
}
