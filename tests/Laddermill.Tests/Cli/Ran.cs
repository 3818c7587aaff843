using Laddermill.Cli;

namespace Laddermill.Tests.Cli;

/// <summary>One run of the command line inside the test's own process, and how it ended.</summary>
internal sealed record Ran(int Code, string Output, string Error)
{
    public static async Task<Ran> Async(params string[] arguments)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var code = await CommandLine.RunAsync(
            arguments,
            output,
            error,
            TestContext.Current.CancellationToken
        );
        return new Ran(code, output.ToString(), error.ToString());
    }
}
