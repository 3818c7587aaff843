using System.Security.Cryptography;
using Laddermill.Server.Pipelines;
using Laddermill.Server.Tests.TestServers;
using Laddermill.Tests.TestServers;
using Microsoft.Extensions.DependencyInjection;

namespace Laddermill.Server.Tests.Uploads;

/// <summary>Uploads into a bucket of a real S3 server (Ceph).</summary>
public sealed class BucketUploadsTests(S3Server s3)
{
    [Fact(Timeout = 180_000)]
    public async Task Parts_go_to_the_bucket_as_they_come_and_a_restart_goes_on_with_them()
    {
        var bucket = await s3.BucketAsync("uploaded", TestContext.Current.CancellationToken);
        var streams = await s3.BucketAsync("made", TestContext.Current.CancellationToken);
        var content = RandomNumberGenerator.GetBytes((36 << 20) + 5);
        var folder = Directory.CreateTempSubdirectory("laddermill-uploads-");
        string address,
            other;
        await using (var first = await StartAsync())
        {
            address = await first.BegunAsync("films/large é.mp4", content.Length);
            other = await first.BegunAsync("given up.mp4", 20 << 20);
            await first.AppendedAsync(address, 0, content[..(20 << 20)]);
            await first.AppendedAsync(other, 0, content[..(17 << 20)]);
            // One whole part is in the bucket: only what comes after it is here.
            var kept = Directory
                .EnumerateFiles(Path.Combine(folder.FullName, "uploads"), "*.part*")
                .Sum(file => new FileInfo(file).Length);
            Assert.Equal(5 << 20, kept);
            Assert.Null(
                await bucket.HeadAsync("in/large é.mp4", TestContext.Current.CancellationToken)
            );
        }
        await using (var second = await StartAsync())
        {
            Assert.Equal(20 << 20, await second.OffsetAsync(address));
            await second.AppendedAsync(address, 20 << 20, content[(20 << 20)..]);
            using var gone = await second.SendAsync(
                HttpMethod.Delete,
                other,
                headers: ("Tus-Resumable", "1.0.0")
            );
            var job = await second.JobOfAsync(address);
            var another = await second.BegunAsync("large é.mp4", 5);

            Assert.True(gone.IsSuccessStatusCode);
            Assert.Equal("succeeded", (string?)job["state"]);
            Assert.Equal("s3://uploaded/in/large é.mp4", (string?)job["source"]);
            Assert.Equal("large é (2).mp4", (string?)(await second.GetAsync(another))["name"]);
            await using var stored = await bucket.ReadAsync(
                "in/large é.mp4",
                0,
                null,
                null,
                TestContext.Current.CancellationToken
            );
            Assert.Equal(
                SHA256.HashData(content),
                await SHA256.HashDataAsync(stored!, TestContext.Current.CancellationToken)
            );
            Assert.Empty(
                Directory.EnumerateFiles(Path.Combine(folder.FullName, "uploads"), "*.part*")
            );
        }
        folder.Delete(recursive: true);

        Task<ServerUnderTest> StartAsync() =>
            ServerUnderTest.StartAsync(
                PlayedEngine.Ending(0),
                """
                "pipelines": [{ "name": "films", "source": "s3://uploaded/in", "destination": "s3://made", "reconcile": "1.00:00:00" }],
                "access": { "requestsPerSecond": 0 }
                """,
                folder.FullName,
                change: services =>
                    services.AddSingleton(provider => new PipelineSet(
                        provider.GetRequiredService<Server.Configuration.ServerSetup>().Pipelines,
                        TimeProvider.System,
                        location => location.Bucket == "uploaded" ? bucket : streams
                    ))
            );
    }
}
