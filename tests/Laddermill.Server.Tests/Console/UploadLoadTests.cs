using System.Globalization;
using Laddermill.Server.Tests.TestServers;

namespace Laddermill.Server.Tests.Console;

/// <summary>A large upload. Its figures are printed, and only what must hold on any machine is asserted; <c>bench/console</c> shows them.</summary>
[Trait("Level", "Long")]
public sealed class UploadLoadTests(ITestOutputHelper output)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 600_000)]
    public async Task A_large_upload_costs_the_server_little()
    {
        const long size = 4L << 30;
        var folder = Directory.CreateTempSubdirectory("laddermill-load-").FullName;
        var configuration = Path.Combine(folder, "laddermill.json");
        await File.WriteAllTextAsync(
            configuration,
            // Named so that nothing is made of it.
            $$"""
            { "listen": "http://127.0.0.1:0", "pipelines": [{ "name": "films", "source": "inbox", "destination": "outbox", "include": ["*.zero"] }] }
            """,
            Cancellation
        );
        using (var server = await ServerProcess.StartAsync(configuration))
        {
            server.Client.Timeout = TimeSpan.FromMinutes(9);
            using var begin = new HttpRequestMessage(HttpMethod.Post, "/uploads");
            begin.Headers.Add("Tus-Resumable", "1.0.0");
            begin.Headers.Add("Upload-Length", size.ToString(CultureInfo.InvariantCulture));
            begin.Headers.Add("Upload-Metadata", "filename bGFyZ2UuemVybw==");
            using var begun = await server.Client.SendAsync(begin, Cancellation);
            using var append = new HttpRequestMessage(HttpMethod.Patch, begun.Headers.Location)
            {
                Content = new StreamContent(new Zeros(size), 1 << 20),
            };
            append.Headers.Add("Tus-Resumable", "1.0.0");
            append.Headers.Add("Upload-Offset", "0");
            append.Content.Headers.ContentType = new("application/offset+octet-stream");
            append.Content.Headers.ContentLength = size;
            var usage = new ProcessUsage(server.ProcessId);
            var share = usage.WhileAsync(async () =>
                (await server.Client.SendAsync(append, Cancellation)).EnsureSuccessStatusCode()
            );
            var began = TimeProvider.System.GetTimestamp();
            var cost = await share;
            var seconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
            output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"an upload of 4 GiB into a folder, over loopback: {size / seconds / 1e6:0} MB/s; the server: {cost}"
                )
            );
            Assert.Equal(size, new FileInfo(Path.Combine(folder, "inbox", "large.zero")).Length);
            Assert.True(cost.MegaBytes < 400);
        }
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>So many bytes of nothing.</summary>
    private sealed class Zeros(long size) : Stream
    {
        private long at;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => size;

        public override long Position
        {
            get => at;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = (int)Math.Min(count, size - at);
            at += read;
            return read;
        }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) =>
            throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) =>
            throw new NotSupportedException();
    }
}
