using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Laddermill.Function;
using Laddermill.OciStandIn.Functions;
using Laddermill.Tests.TestServers;

namespace Laddermill.Tests.Functions;

/// <summary>The function's program, called over its socket as the platform does.</summary>
public sealed class FnContractTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task It_is_ready_answers_bears_a_pause_frames_its_log_and_ends_when_asked()
    {
        await using var cloud = await OciCloud.StartAsync();
        await cloud.UploadAsync("a.mp4");
        await using var function = await StartAsync(cloud.FunctionConfiguration, cloud);

        var first = await function.CallAsync(OciCloud.Event("a.mp4"), Patience, Cancellation);
        var second = await function.CallAsync(OciCloud.Event("a.mp4"), Patience, Cancellation);

        Assert.Equal(200, first.Status);
        var answer = JsonNode.Parse(first.Body)!;
        Assert.Equal("SUCCESS", (string?)answer["message"]);
        Assert.Equal("started", (string?)answer["state"]);
        Assert.Equal(cloud.Instances.Single().Id, (string?)answer["instance"]);
        Assert.Equal("claimed", (string?)JsonNode.Parse(second.Body)!["state"]);
        Assert.Contains("\nFn-Call=", function.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("eyJ", function.Log, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_wrong_configuration_is_told_at_start_and_on_each_call()
    {
        await using var cloud = await OciCloud.StartAsync();
        await using var function = await StartAsync(
            [
                .. cloud.FunctionConfiguration.Where(entry =>
                    entry.Item1 is not "SHAPE" and not "SUBNET_ID"
                ),
            ],
            cloud
        );

        var answer = await function.CallAsync(OciCloud.Event("a.mp4"), Patience, Cancellation);

        Assert.Equal(200, answer.Status);
        var message = (string?)JsonNode.Parse(answer.Body)!["message"];
        Assert.StartsWith("FAILED: ", message, StringComparison.Ordinal);
        Assert.Contains(
            "SHAPE is not set. SUBNET_ID is not set.",
            message,
            StringComparison.Ordinal
        );
        Assert.Contains("SUBNET_ID is not set.", function.Log, StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("no event")]
    [InlineData("[1,2]")]
    public async Task What_is_no_event_is_answered_and_the_container_kept(string body)
    {
        await using var cloud = await OciCloud.StartAsync();
        await using var function = await StartAsync(cloud.FunctionConfiguration, cloud);

        var answer = await function.CallAsync(Encoding.UTF8.GetBytes(body), Patience, Cancellation);

        Assert.Equal((200, true), (answer.Status, answer.KeepsContainer));
        Assert.Contains("FAILED: The event is no JSON", answer.Body, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_call_without_time_is_answered_as_such_and_the_container_kept()
    {
        await using var cloud = await OciCloud.StartAsync();
        await cloud.UploadAsync("a.mp4");
        cloud.StandIn.Faults.Slowness = TimeSpan.FromSeconds(20);
        cloud.StandIn.Faults.Next(OciStandIn.Fault.Slow);
        await using var function = await StartAsync(cloud.FunctionConfiguration, cloud);

        var late = await function.CallAsync(
            OciCloud.Event("a.mp4"),
            TimeSpan.FromSeconds(4),
            Cancellation
        );
        Assert.Equal((504, true), (late.Status, late.KeepsContainer));

        var again = await function.CallAsync(OciCloud.Event("a.mp4"), Patience, Cancellation);
        Assert.Equal(200, again.Status);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_empty_call_is_a_sweep()
    {
        await using var cloud = await OciCloud.StartAsync();
        await cloud.UploadAsync("missed.mp4");
        await using var function = await StartAsync(cloud.FunctionConfiguration, cloud);

        var swept = await function.CallAsync(Array.Empty<byte>(), Patience, Cancellation);
        var again = await function.CallAsync(
            """{"entry":"sweep"}"""u8.ToArray(),
            Patience,
            Cancellation
        );

        Assert.Equal(1, (int?)JsonNode.Parse(swept.Body)!["started"]);
        Assert.Equal(0, (int?)JsonNode.Parse(again.Body)!["started"]);
        Assert.Single(cloud.Instances);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_caller_that_is_slow_or_pauses_is_waited_for()
    {
        var folder = Directory.CreateTempSubdirectory("laddermill-fn-");
        var socket = FnSocket.Parse($"unix:{folder.FullName}/lsnr.sock");
        var log = new LogFrames(_ => null, TextWriter.Null, TextWriter.Null);
        await using (await FnServer.StartAsync(socket, new Echo(), log, TimeProvider.System))
        {
            using var caller = new Socket(AddressFamily.Unix, SocketType.Stream, 0);
            await caller.ConnectAsync(new UnixDomainSocketEndPoint(socket.Listening), Cancellation);
            foreach (
                var part in new[]
                {
                    "POST /call HTTP/1.1\r\n",
                    "Host: fn\r\nContent-Length: 2\r\n\r\n{}",
                }
            )
            {
                await caller.SendAsync(Encoding.ASCII.GetBytes(part), Cancellation);
                // Kestrel looks for what is late once a second, and tells nobody.
                await Task.Delay(TimeSpan.FromSeconds(2.5), TimeProvider.System, Cancellation);
            }

            var answer = new byte[1024];
            var length = await caller.ReceiveAsync(answer, Cancellation);
            Assert.StartsWith(
                "HTTP/1.1 200 ",
                Encoding.ASCII.GetString(answer, 0, length),
                StringComparison.Ordinal
            );
        }
        folder.Delete(recursive: true);
    }

    private sealed class Echo : IFunction
    {
        public Task<byte[]> CallAsync(
            ReadOnlyMemory<byte> body,
            DateTimeOffset? deadline,
            CancellationToken cancellation
        ) => Task.FromResult(body.ToArray());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("tcp:127.0.0.1:80")]
    [InlineData("unix:lsnr.sock")]
    [InlineData("unix:/tmp/iofs/")]
    public void A_listener_that_is_no_socket_is_refused(string? listener) =>
        Assert.Throws<FormatException>(() => FnSocket.Parse(listener));

    [Fact]
    public void A_path_that_fits_no_socket_is_refused()
    {
        Assert.Throws<FormatException>(() => FnSocket.Parse("unix:/tmp/" + new string('a', 97)));
        Assert.Equal(
            "/tmp/iofs/phony-lsnr.sock",
            FnSocket.Parse("unix:/tmp/iofs/lsnr.sock").Listening
        );
    }

    private static Task<FunctionContainer> StartAsync(
        IReadOnlyList<(string, string)> configuration,
        OciCloud cloud
    ) =>
        FunctionContainer.StartAsync(
            OciCloud.FunctionProgram,
            [.. configuration, .. cloud.Principal("fnfunc")],
            TimeProvider.System,
            Cancellation
        );
}
