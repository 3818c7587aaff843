using Laddermill.Server.Running;

namespace Laddermill.Server.Tests.Running;

public sealed class WorkerWordsTests
{
    [Fact]
    public void The_last_progress_and_the_result_are_found_among_other_words()
    {
        var words = WorkerWords.Find(
            """
            {"progress":{"phase":"probe"}}
            {"progress":{"phase":"encode"}}
            a warning of some tool
            {"result":{"state":"rejected","code":"no-video","reason":"There is nothing to see."}}
            and its last words
            """
        );

        Assert.Equal(
            ("no-video", "There is nothing to see."),
            (words.Result?.Code, words.Result?.Reason)
        );
        Assert.Equal(
            """{"phase":"encode"}""",
            WorkerWords.Find("""{"progress":{"phase":"encode"}}""").Progress
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("""{"progress":7}""")]
    [InlineData("""{"progress":{"phase":""")]
    [InlineData("""{"result":"done"}""")]
    [InlineData("""{"result":[]}""")]
    public void What_is_cut_off_or_of_another_form_tells_nothing(string log) =>
        Assert.Equal(new WorkerWords(null, null, null), WorkerWords.Find(log));

    [Fact]
    public void A_result_that_is_not_understood_is_kept_as_it_is()
    {
        var words = WorkerWords.Find("""{"result":{"code":7}}""");

        Assert.Equal((null, """{"code":7}"""), (words.Result, words.ResultText));
    }
}
