using System.Threading.Channels;
using Laddermill.Server.Ledger;

namespace Laddermill.Server.Intake;

/// <summary>One object that is to be looked at, and all the announcements that tell of it.</summary>
public sealed record News(AnnouncementRow First, IReadOnlyList<long> Announcements);

/// <summary>
/// Objects that wait to be looked at, each once: whoever announces an object that waits already is answered by the same look, which is still to come.
/// </summary>
internal sealed class NewsQueue(int most)
{
    private readonly Channel<(string Pipeline, string Key)> order = Channel.CreateUnbounded<(
        string,
        string
    )>();
    private readonly Dictionary<
        (string, string),
        (AnnouncementRow First, List<long> Ids)
    > waiting = [];

    /// <summary>False when there is no room: the announcement is in the ledger, and taken from there later.</summary>
    public bool TryAdd(AnnouncementRow row)
    {
        var at = (row.Pipeline, row.Key);
        lock (waiting)
        {
            if (waiting.TryGetValue(at, out var known))
            {
                known.Ids.Add(row.Id);
                return true;
            }
            if (waiting.Count >= most)
            {
                return false;
            }
            waiting[at] = (row, [row.Id]);
        }
        return order.Writer.TryWrite(at);
    }

    /// <summary>Takes them out, one by one, in their order.</summary>
    public async IAsyncEnumerable<News> ReadAllAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation
    )
    {
        await foreach (var at in order.Reader.ReadAllAsync(cancellation))
        {
            (AnnouncementRow First, List<long> Ids) taken;
            lock (waiting)
            {
                waiting.Remove(at, out taken);
            }
            yield return new News(taken.First, taken.Ids);
        }
    }
}
