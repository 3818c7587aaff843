using Laddermill.Jobs;
using Laddermill.Pricing;
using Laddermill.Server.Ledger;
using Laddermill.Server.Running;

namespace Laddermill.Server.Tests.Running;

public sealed class WorkOrderTests
{
    private const string Document = """{"source":"/films/a.mp4","destination":"/streams"}""";

    [Fact]
    public void A_worker_gets_the_prices_of_now_and_measures_on_its_own_machine()
    {
        var work = WorkOrder.Of(Row(), new Prices("EUR", 0.04, 0.005, 4, 16, Speed: 3));

        var document = JobDocument.Parse(work.Arguments[1]);
        Assert.Equal(new Prices("EUR", 0.04, 0.005, 4, 16, Speed: 1), document.Prices);
        Assert.Equal("/films/a.mp4", document.Source);
    }

    [Fact]
    public void Without_prices_a_job_is_handed_over_as_it_was_announced() =>
        Assert.Equal(["work", Document], WorkOrder.Of(Row(), null).Arguments);

    private static JobRow Row() =>
        new()
        {
            Id = "a",
            Pipeline = "films",
            Source = "file:///films/a.mp4",
            Name = "a.mp4",
            Destination = "file:///streams",
            Document = Document,
            Attempts = 1,
        };
}
