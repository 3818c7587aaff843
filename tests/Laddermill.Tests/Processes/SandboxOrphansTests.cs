using System.Diagnostics;
using System.Text.Json.Nodes;
using Laddermill.Processes;

namespace Laddermill.Tests.Processes;

public sealed class SandboxOrphansTests
{
    private const int Limit = 60_000;

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task A_sandbox_whose_outer_process_was_killed_while_it_was_made_is_ended()
    {
        SandboxTests.Require(SandboxMode.Auto);
        // Held in the very moment: the outer process waits for a byte of its stdin before it lets the inner one go on.
        using var outer = Process.Start(
            new ProcessStartInfo(
                "setsid",
                [
                    "--",
                    ToolPath.Find("bwrap")!,
                    "--unshare-all",
                    "--die-with-parent",
                    .. "--unshare-user --userns-block-fd 0 --info-fd 1 --ro-bind / / true".Split(
                        ' '
                    ),
                ]
            )
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        var inner = await InnerAsync(outer.StandardOutput);

        SandboxOrphans.End();
        Assert.True(DummyTool.IsAlive(outer.Id) && DummyTool.IsAlive(inner));

        outer.Kill();
        await outer.WaitForExitAsync(Timeout);

        SandboxOrphans.End();
        await DummyTool.WaitForDeathAsync(inner, Timeout);
    }

    /// <summary>Reads the document that bubblewrap writes of the process inside.</summary>
    private static async Task<int> InnerAsync(StreamReader output)
    {
        var text = "";
        string? line;
        do
        {
            line = await output.ReadLineAsync(Timeout);
            text += line;
        } while (line is not (null or "}"));
        return (int)JsonNode.Parse(text)!["child-pid"]!;
    }
}
