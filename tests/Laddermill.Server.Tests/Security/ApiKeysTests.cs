using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Laddermill.Server.Security;
using Laddermill.Server.Tests.TestServers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Laddermill.Server.Tests.Security;

public sealed class ApiKeysTests(SharedKeptServer shared) : IClassFixture<SharedKeptServer>
{
    [Fact(Timeout = 60_000)]
    public async Task A_key_is_shown_once_works_at_once_and_opens_nothing_once_it_is_revoked()
    {
        var server = shared.Server;
        var admin = (await server.KeyAsync(Scope.Admin)).Key;

        var created = await server.SendAsync(
            HttpMethod.Post,
            "/keys",
            admin,
            JsonContent.Create(new { name = "the editors", scope = "read" })
        );
        var made = (await created.Content.ReadFromJsonAsync<JsonNode>(Cancellation))!;
        var (id, key) = ((string)made["id"]!, (string)made["key"]!);

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal("no-store", created.Headers.CacheControl?.ToString());
        Assert.StartsWith("lm_", key, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(server, key));

        var list = await (
            await server.SendAsync(HttpMethod.Get, "/keys", admin)
        ).Content.ReadAsStringAsync(Cancellation);
        Assert.Contains(id, list, StringComparison.Ordinal);
        Assert.DoesNotContain(key, list, StringComparison.Ordinal);

        for (var times = 0; times < 2; times++)
        {
            var revoked = await server.SendAsync(HttpMethod.Delete, $"/keys/{id}", admin);
            Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(server, key));
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Only_a_keys_hash_is_kept()
    {
        var server = shared.Server;

        var (key, view) = await server.KeyAsync(Scope.Submit);

        var kept = string.Concat(
            Directory
                .GetFiles(server.Folder, "laddermill.db*")
                .Select(file =>
                {
                    using var open = new FileStream(
                        file,
                        FileMode.Open,
                        FileAccess.Read,
                        FileShare.ReadWrite
                    );
                    using var reader = new StreamReader(open, System.Text.Encoding.Latin1);
                    return reader.ReadToEnd();
                })
        );
        Assert.Contains(view.Id, kept, StringComparison.Ordinal);
        Assert.DoesNotContain(key, kept, StringComparison.Ordinal);
        Assert.DoesNotContain(key["lm_".Length..], kept, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task When_a_key_was_last_used_is_written_down_once_a_minute()
    {
        var time = new FakeTimeProvider(DateTimeOffset.Parse("2026-01-31T12:00:00Z", null));
        await using var server = await ServerUnderTest.StartAsync(
            PlayedEngine.Ending(0),
            KeptServer.Configuration,
            change: services => services.AddSingleton<TimeProvider>(time)
        );
        var keys = server.Services.GetRequiredService<ApiKeys>();
        var (key, view) = await server.KeyAsync(Scope.Read);
        Assert.Null(view.LastUsed);

        var first = time.GetUtcNow();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(server, key));
        await WaitAsync(keys, last => last == first);

        time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(server, key));
        // Writes are done in order: had the use been written, this one would come behind it.
        await server.KeyAsync(Scope.Read);
        await WaitAsync(keys, last => last == first);

        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(server, key));
        await WaitAsync(keys, last => last == first.AddMinutes(1));

        async Task WaitAsync(ApiKeys keys, Func<DateTimeOffset?, bool> isSo)
        {
            while (
                !isSo(
                    (await keys.ListAsync(Cancellation)).Single(each => each.Id == view.Id).LastUsed
                )
            )
            {
                await Task.Yield();
            }
        }
    }

    [Theory]
    [InlineData("the editors' upload tool", true)]
    [InlineData("Редакция", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData(" x", false)]
    [InlineData("a\nb", false)]
    [InlineData("a\0b", false)]
    public void A_key_has_a_name_that_people_can_read(string? name, bool isOne) =>
        Assert.Equal(isOne, ApiKeys.NameProblem(name) is null);

    private static async Task<HttpStatusCode> StatusAsync(ServerUnderTest server, string key)
    {
        using var answer = await server.SendAsync(HttpMethod.Get, "/profiles", key);
        return answer.StatusCode;
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;
}
