using System.Net;
using System.Net.Http.Json;
using Laddermill.Server.Security;
using Laddermill.Server.Tests.TestServers;

namespace Laddermill.Server.Tests.Security;

public sealed class LimitTests
{
    [Fact(Timeout = 60_000)]
    public async Task Who_asks_too_often_is_told_when_to_come_back_and_others_do_not_notice()
    {
        await using var server = await ServerUnderTest.StartAsync(
            PlayedEngine.Ending(0),
            ServerUnderTest.OnePipeline
                + """, "access": { "required": true, "requestsPerSecond": 1 } """
        );
        var (eager, modest) = (
            (await server.KeyAsync(Scope.Read)).Key,
            (await server.KeyAsync(Scope.Read)).Key
        );

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 50)
                .Select(_ => server.SendAsync(HttpMethod.Get, "/profiles", eager))
        );

        var refused = answers
            .Where(answer => answer.StatusCode == HttpStatusCode.TooManyRequests)
            .ToList();
        Assert.NotEmpty(refused);
        Assert.Contains(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.All(
            refused,
            answer =>
            {
                Assert.True(answer.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1));
                Assert.Equal(
                    "application/problem+json",
                    answer.Content.Headers.ContentType?.MediaType
                );
            }
        );
        Assert.Equal(
            HttpStatusCode.OK,
            (await server.SendAsync(HttpMethod.Get, "/profiles", modest)).StatusCode
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task Guessing_keys_is_slowed_down_by_address()
    {
        await using var server = await ServerUnderTest.StartAsync(
            PlayedEngine.Ending(0),
            ServerUnderTest.OnePipeline
                + """, "access": { "required": true, "requestsPerSecond": 1 } """
        );

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 50)
                .Select(number => server.SendAsync(HttpMethod.Get, "/profiles", $"lm_{number:d40}"))
        );

        Assert.Contains(answers, answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("2001:db8:1:2:3:4:5:6", "20010DB800010002")]
    [InlineData("2001:db8:1:2:ffff::1", "20010DB800010002")]
    public void One_client_is_one_address_or_one_network(string address, string client) =>
        Assert.Equal(client, ClientLimit.AddressOf(IPAddress.Parse(address)));

    [Fact(Timeout = 60_000)]
    public async Task A_body_that_is_too_large_is_refused_as_a_problem()
    {
        await using var server = await ServerUnderTest.StartAsync(
            PlayedEngine.Ending(0),
            ServerUnderTest.OnePipeline + """, "access": { "maxBodyBytes": 1024 } """
        );

        var known = await server.SendAsync(
            HttpMethod.Post,
            "/jobs",
            content: JsonContent.Create(new { source = new string('x', 2000) })
        );

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, known.StatusCode);
        Assert.Equal("application/problem+json", known.Content.Headers.ContentType?.MediaType);
    }
}
