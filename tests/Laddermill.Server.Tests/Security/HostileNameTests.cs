using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Laddermill.Server.Tests.TestServers;

namespace Laddermill.Server.Tests.Security;

/// <summary>Names that are meant to lead somewhere else.</summary>
public sealed class HostileNameTests(OpenServer shared) : IClassFixture<OpenServer>
{
    private readonly ServerUnderTest server = shared.Server;

    [Fact(Timeout = 120_000)]
    public async Task No_name_in_a_request_reaches_a_file_a_bucket_or_an_address_outside_of_the_pipelines()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = listener.LocalEndpoint;
        Directory.CreateDirectory(Path.Combine(server.Inbox, "folder"));
        var secret = Path.Combine(server.Folder, "secret.mp4");
        await File.WriteAllTextAsync(secret, "secret", Cancellation);
        File.CreateSymbolicLink(Path.Combine(server.Inbox, "link.mp4"), secret);
        Directory.CreateSymbolicLink(Path.Combine(server.Inbox, "way"), server.Folder);
        Directory.CreateDirectory(server.Inbox + "-beside");
        await File.WriteAllTextAsync(server.Inbox + "-beside/film.mp4", "secret", Cancellation);
        string[] sources =
        [
            "../secret.mp4",
            "folder/../../secret.mp4",
            "./../secret.mp4",
            "..",
            ".",
            "/",
            "//",
            "",
            " ",
            "folder",
            "folder/",
            "link.mp4",
            "way/secret.mp4",
            "way/inbox-beside/film.mp4",
            secret,
            $"{server.Inbox}/../secret.mp4",
            $"{server.Inbox}/link.mp4",
            $"{server.Inbox}-beside/film.mp4",
            server.Inbox,
            $"{server.Inbox}/",
            "/etc/passwd",
            "/proc/self/environ",
            "file:///etc/passwd",
            "file:/etc/passwd",
            "FILE:///etc/passwd",
            "file://localhost/etc/passwd",
            $"file://{server.Inbox}/%2e%2e/secret.mp4",
            $"file://{server.Inbox}/..%2fsecret.mp4",
            $"file://{address}/film.mp4",
            "s3://foreign-bucket/film.mp4",
            $"s3://user@{address}/film.mp4",
            "oci://foreign/film.mp4",
            "oci://bucket@namespace/film.mp4",
            $"http://{address}/film.mp4",
            $"https://{address}/film.mp4",
            $"HTTP://{address}/film.mp4",
            $"ftp://{address}/film.mp4",
            $"concat:{secret}|{secret}",
            $"subfile,,start,0,end,10,,:{secret}",
            "data:video/mp4;base64,AAAA",
            "pipe:0",
            "-i",
            "%2e%2e/secret.mp4",
            "..%2fsecret.mp4",
            "..\\secret.mp4",
            "a\0b.mp4",
            "film.mp4\0",
            "a\nb.mp4",
            "\u202Efilm.mp4",
            new string('a', 5000),
            string.Concat(Enumerable.Repeat("a/", 2000)),
            new string('a', 100_000),
        ];

        foreach (var source in sources)
        {
            foreach (var path in new[] { "/jobs", "/plan" })
            {
                foreach (var pipeline in new[] { null, "films" })
                {
                    await ExpectRefusalAsync(path, source, pipeline);
                }
            }
        }
        Assert.False(listener.Pending(), "Somebody was asked who should not have been.");
        Assert.DoesNotContain(
            (await server.GetAsync("/jobs"))["items"]!.AsArray(),
            job => (string?)job!["name"] != "film.mp4"
        );
    }

    [Theory(Timeout = 60_000)]
    [InlineData("""{ "source": "\ud800" }""")]
    [InlineData("""{ "source": "\udc00.mp4", "pipeline": "films" }""")]
    [InlineData("""{ "source": "film.mp4", "pipeline": "\ud800" }""")]
    [InlineData("""{ "source": "film.mp4", "profile": "\ud800" }""")]
    [InlineData("""{ "source": "film.mp4", "profile": { "\ud800": "\udfff" } }""")]
    [InlineData("""{ "source": "film.mp4", "profile": "/etc/passwd" }""")]
    [InlineData("""{ "source": "film.mp4", "profile": "../profiles.json#x" }""")]
    [InlineData("""{ "source": "film.mp4", "profile": { "extends": "/etc/passwd" } }""")]
    [InlineData("""{ "source": "film.mp4", "profile": ["default"] }""")]
    [InlineData("""{ "source": "film.mp4", "profile": 1e999 }""")]
    [InlineData("""{ "source": "film.mp4", "protocols": ["hls", "rtmp"] }""")]
    [InlineData("""{ "source": "film.mp4", "protocols": [null] }""")]
    [InlineData("""{ "source": "film.mp4", "priority": 101 }""")]
    [InlineData("""{ "source": "film.mp4", "destination": "/etc" }""")]
    [InlineData("""{ "source": "film.mp4", "source": 1 }""")]
    [InlineData("""{ "source": null }""")]
    [InlineData("""{ "source": ["film.mp4"] }""")]
    [InlineData("""[]""")]
    [InlineData("""null""")]
    [InlineData("""{""")]
    [InlineData("")]
    public async Task A_strange_body_is_a_wrong_request(string body)
    {
        await File.WriteAllBytesAsync(
            Path.Combine(server.Inbox, "film.mp4"),
            [1, 2, 3],
            Cancellation
        );

        foreach (var path in new[] { "/jobs", "/plan" })
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var answer = await server.SendAsync(HttpMethod.Post, path, content: content);

            Assert.True(
                answer.StatusCode
                    is HttpStatusCode.BadRequest
                        or HttpStatusCode.UnprocessableEntity,
                $"{path}: {answer.StatusCode}"
            );
            var problem = await answer.Content.ReadAsStringAsync(Cancellation);
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            Assert.DoesNotContain("Laddermill.", problem, StringComparison.Ordinal);
            Assert.DoesNotContain("System.", problem, StringComparison.Ordinal);
            Assert.DoesNotContain("root:", problem, StringComparison.Ordinal);
        }
    }

    [Theory(Timeout = 60_000)]
    [InlineData("/jobs/..")]
    [InlineData("/jobs/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/jobs/..%2f..%2fetc%2fpasswd")]
    [InlineData("/jobs/%00")]
    [InlineData("/jobs/%ff%fe")]
    [InlineData("/jobs/%ed%a0%80")]
    [InlineData("/jobs/'%20OR%201=1--/log")]
    [InlineData("/jobs?search=%00")]
    [InlineData("/jobs?search=%25%5C_'%22")]
    [InlineData("/jobs?pipeline=%00&state=failed")]
    [InlineData("/jobs?cursor=%00")]
    [InlineData("/jobs?cursor=Li4")]
    [InlineData("/jobs?cursor=OTk5OTk5OTk5OTk5OTk5OTk5OS5h")]
    [InlineData("/jobs?since=0001-01-01T00:00:00%2B14:00")]
    [InlineData("/jobs?since=9999-12-31T23:59:59-14:00")]
    [InlineData("/jobs?limit=99999999999999999999")]
    [InlineData("/jobs?limit=-1")]
    [InlineData("/profiles/..%2f..%2fetc%2fpasswd")]
    [InlineData("/profiles/%2fetc%2fpasswd")]
    [InlineData("/pipelines/%00/profile")]
    [InlineData("/streams/films/..%2f..%2fladdermill.db")]
    [InlineData("/streams/films/%2e%2e/%2e%2e/laddermill.db")]
    [InlineData("/streams/films/..%5c..%5claddermill.db")]
    [InlineData("/streams/films/%00")]
    [InlineData("/streams//films/../../laddermill.db")]
    [InlineData("/openapi/..%2fv1.json")]
    [InlineData("/docs/..%2f..%2fetc%2fpasswd")]
    public async Task A_strange_address_is_never_our_fault_and_never_finds_a_file(string path)
    {
        // Sent as it is written: HttpClient would make it harmless.
        using var socket = new TcpClient();
        await socket.ConnectAsync(
            server.Client.BaseAddress!.Host,
            server.Client.BaseAddress.Port,
            Cancellation
        );
        await using var stream = socket.GetStream();
        await stream.WriteAsync(
            Encoding.UTF8.GetBytes(
                $"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            ),
            Cancellation
        );
        using var reader = new StreamReader(stream, Encoding.Latin1);
        var answer = await reader.ReadToEndAsync(Cancellation);

        Assert.Matches(@"\AHTTP/1\.1 (200|400|404) ", answer);
        Assert.DoesNotContain("SQLite format", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("root:", answer, StringComparison.Ordinal);
    }

    private async Task ExpectRefusalAsync(string path, string source, string? pipeline)
    {
        using var answer = await server.SendAsync(
            HttpMethod.Post,
            path,
            content: JsonContent.Create(new { source, pipeline })
        );
        var shown = source.Length > 60 ? source[..60] : source;
        Assert.True(
            answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity,
            $"{path} of '{shown}': {answer.StatusCode}"
        );
        var problem = await answer.Content.ReadFromJsonAsync<JsonNode>(Cancellation);
        Assert.NotNull((string?)problem!["detail"]);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;
}
