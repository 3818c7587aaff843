using Laddermill.Cli;
using Laddermill.Media;
using Laddermill.Storage;

namespace Laddermill.Tests.Cli;

public sealed class CommandLineTests
{
    [Fact(Timeout = 30_000)]
    public async Task The_version_goes_to_the_output()
    {
        var end = await Ran.Async("--version");

        Assert.Equal(0, end.Code);
        Assert.Matches(@"^\d+\.\d+\.\d+", end.Output);
        Assert.Empty(end.Error);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_help_shows_examples_and_exit_codes()
    {
        var end = await Ran.Async("--help");

        Assert.Equal(0, end.Code);
        Assert.Contains("Usage:\n  laddermill", end.Output, StringComparison.Ordinal);
        Assert.Contains("Examples:", end.Output, StringComparison.Ordinal);
        Assert.Contains("130 cancelled", end.Output, StringComparison.Ordinal);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("--nonsense")]
    [InlineData("nonsense")]
    [InlineData("@arguments.txt")]
    public async Task A_wrong_word_is_named_and_ends_with_2(string word)
    {
        var end = await Ran.Async(word);

        Assert.Equal(2, end.Code);
        Assert.Empty(end.Output);
        Assert.Contains($"'{word}'", end.Error, StringComparison.Ordinal);
        Assert.Contains("laddermill --help", end.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task No_word_at_all_shows_the_help_and_ends_with_2()
    {
        var end = await Ran.Async();

        Assert.Equal(2, end.Code);
        Assert.Empty(end.Output);
        Assert.Contains("Usage:", end.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_kind_of_failure_has_its_exit_code()
    {
        Assert.Equal(1, ExitCode.For(new StoreException("no"), cancelled: false));
        Assert.Equal(2, ExitCode.For(new UsageException("no"), cancelled: false));
        Assert.Equal(2, ExitCode.For(new AddressException("no"), cancelled: false));
        Assert.Equal(
            3,
            ExitCode.For(new RejectedException(RejectionCode.Empty, "no"), cancelled: false)
        );
        Assert.Equal(130, ExitCode.For(new OperationCanceledException(), cancelled: true));
    }

    [Fact]
    public void A_time_limit_that_ran_out_is_a_failure_and_no_cancellation()
    {
        var limit = new TaskCanceledException("The request timed out.");

        Assert.Equal(1, ExitCode.For(limit, cancelled: false));
        Assert.Contains(
            "timed out",
            ErrorReport.For(limit, cancelled: false),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_foreseen_failure_is_told_without_a_stack_trace()
    {
        Assert.Equal(
            "laddermill: No such bucket: s3://films.",
            ErrorReport.For(new StoreException("No such bucket: s3://films."), cancelled: false)
        );
        Assert.Equal(
            "laddermill: the source was rejected (empty): a.mp4 holds no bytes.",
            ErrorReport.For(
                new RejectedException(RejectionCode.Empty, "a.mp4 holds no bytes."),
                cancelled: false
            )
        );
    }

    [Fact]
    public void What_would_steer_a_terminal_is_not_repeated() =>
        Assert.Equal(
            "laddermill: There is no file 'a?[31m?.mp4'.",
            ErrorReport.For(
                new IOException("There is no file 'a\u001b[31m\u202e.mp4'."),
                cancelled: false
            )
        );
}
