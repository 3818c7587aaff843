using Laddermill.Processes;
using Laddermill.Storage;
using Laddermill.Tests.TestServers;

namespace Laddermill.Tests.Transcoding;

/// <summary>
/// What jobs cost beside bare ffmpeg, from and to each kind of store: starts the servers for <c>bench/overhead</c>, which names the film, and prints its table. What must
/// hold is that every job succeeds; the figures are in docs/measurements.md.
/// </summary>
[Trait("Level", "Long")]
public sealed class OverheadFiguresTests(S3Server s3, OciServer oci, ITestOutputHelper log)
    : IClassFixture<OciServer>
{
    private const string Bucket = "overhead";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 3_600_000)]
    public async Task Jobs_are_measured_on_every_store()
    {
        var film = Environment.GetEnvironmentVariable("LADDERMILL_FILM");
        Assert.SkipWhen(string.IsNullOrEmpty(film), "bench/overhead --stores names a film");
        await UploadAsync(await s3.BucketAsync(Bucket, Cancellation), film);
        await UploadAsync(oci.Store(), film);
        var environment = (await s3.EnvironmentAsync(Cancellation)).Variables.Concat(
            oci.Environment.Variables
        );

        await using var bench = ToolProcess.Start(
            new ToolCommand(
                Repository.PathTo("bench", "overhead"),
                [
                    film,
                    Environment.GetEnvironmentVariable("LADDERMILL_RUNS") ?? "3",
                    $"s3://{Bucket}",
                    $"oci://{OciServer.Bucket}",
                ]
            )
            {
                Environment = environment.Aggregate(
                    ToolEnvironment.Inherited,
                    (all, variable) => all.With(variable.Key, variable.Value)
                ),
            },
            ToolOutput.Captured,
            cancellationToken: Cancellation
        );
        using var reader = new StreamReader(bench.StandardOutput);
        while (await reader.ReadLineAsync(Cancellation) is { } line)
        {
            log.WriteLine(line);
        }
        await bench.EnsureSuccessAsync("The overhead could not be measured.");
    }

    private static async Task UploadAsync(IObjectStore store, string film) =>
        await store.PutAsync(
            Path.GetFileName(film),
            await File.ReadAllBytesAsync(film, Cancellation),
            new PutOptions("video/mp4"),
            PutCondition.None,
            Cancellation
        );
}
