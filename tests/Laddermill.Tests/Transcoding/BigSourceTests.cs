using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json.Nodes;
using Laddermill.Processes;
using Laddermill.Storage.FileSystem;
using Laddermill.Tests.TestServers;

namespace Laddermill.Tests.Transcoding;

/// <summary>A source that no disk of a worker would hold.</summary>
[Trait("Level", "Long")]
public sealed class BigSourceTests(TestMedia media, ITestOutputHelper log)
{
    private const int Minutes = 60_000;
    private const long Hole = 20L << 30;
    private const long MostMemory = 200L << 20;
    private const long MostRewritten = 8L << 20;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 10 * Minutes)]
    public async Task Twenty_gigabytes_are_read_where_they_lie_in_little_memory()
    {
        var clip = await media.VideoAsync("film.mp4", seconds: 30);
        var big = await StretchAsync(clip);
        await using var server = await RangedFile.StartAsync(big, Cancellation);
        var environment = ToolEnvironment
            .Inherited.With("AWS_ENDPOINT_URL_S3", server.Address.ToString())
            .With("AWS_ACCESS_KEY_ID", "test")
            .With("AWS_SECRET_ACCESS_KEY", "testsecret")
            .With("TMPDIR", media.NewFolder());
        var temporary = environment.Variables["TMPDIR"];
        var (written, kept, pictures) = (0L, 0L, (double?)null);
        var (local, root) = (media.NewFolder(), media.NewFolder());
        var small = await Worker.RunAsync(Worker.Document(clip, local), ToolEnvironment.Inherited);

        var done = await Worker.RunAsync(
            Worker.Document("s3://uploads/film.mp4", root),
            environment,
            (line, worker) =>
            {
                written = Math.Max(written, Written(worker));
                kept = Math.Max(kept, Bytes(temporary));
                pictures ??= FirstPictures(line);
            }
        );

        var report = JsonNode.Parse(
            await File.ReadAllTextAsync(Path.Join(root, "film.mp4", "job.json"), Cancellation)
        )!;
        log.WriteLine(
            FormattableString.Invariant(
                $"{(long)report["sourceBytes"]! / 1e9:0.0} GB: {server.Sent / 1e6:0.0} MB read, {done.PeakMemory >> 20} MiB at most, first pictures decoded and encoded after {pictures:0.0} s, playable after {(double)report["timings"]!["playable"]!:0.0} s, {written / 1e6:0.0} MB written to disk for {Bytes(root) / 1e6:0.0} MB of output, complete after {done.Time.TotalSeconds:0.0} s (the same film without the hole: {small.Time.TotalSeconds:0.0} s, {small.PeakMemory >> 20} MiB)."
            )
        );
        Assert.True((long)report["sourceBytes"]! > Hole);
        Assert.InRange(done.PeakMemory, 1, MostMemory);
        Assert.InRange(server.Sent, 1, 200_000_000);
        // Playlists and notes are written anew as the film grows; all else is written once, and nothing beside the output.
        Assert.InRange(written, 1, 2 * Bytes(root) + MostRewritten);
        Assert.Equal(0, kept);
        Assert.Equal(
            await Hashes.OfMediaAsync(
                new FileSystemObjectStore(local),
                $"film.mp4/{small.Revision}/"
            ),
            await Hashes.OfMediaAsync(new FileSystemObjectStore(root), $"film.mp4/{done.Revision}/")
        );
    }

    /// <summary>Bytes that a process has caused to be written to a disk (proc(5)); its tools can write to none. 0 when it has ended.</summary>
    private static long Written(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/io")
                .First(line => line.StartsWith("write_bytes:", StringComparison.Ordinal));
            return long.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static long Bytes(string folder) =>
        Directory
            .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => new FileInfo(file))
            .Sum(file => file.Exists ? file.Length : 0);

    /// <returns>Seconds since the job's start when this line is the first with something of the picture in it; else null.</returns>
    private static double? FirstPictures(string line) =>
        JsonNode.Parse(line)?["progress"] is { } progress
        && progress["renditions"]!
            .AsArray()
            .Any(each =>
                ((string)each!["name"]!).StartsWith("video", StringComparison.Ordinal)
                && (double)each["seconds"]! > 0
            )
            ? (double)progress["elapsed"]!
            : null;

    /// <summary>
    /// The same film with 20 GiB of nothing between its pictures and its index: the media stay where the index says, and the index moves to the end. The file
    /// is sparse and takes no more room than the film.
    /// </summary>
    private async Task<string> StretchAsync(string clip)
    {
        var bytes = await File.ReadAllBytesAsync(clip, Cancellation);
        var index = 0;
        while (!bytes.AsSpan(index + 4, 4).SequenceEqual("moov"u8))
        {
            index += BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(index));
        }
        // ISO/IEC 14496-12 §4.2: size 1 means that 64 bits of size follow the type.
        var free = new byte[16];
        BinaryPrimitives.WriteInt32BigEndian(free, 1);
        "free"u8.CopyTo(free.AsSpan(4));
        BinaryPrimitives.WriteInt64BigEndian(free.AsSpan(8), Hole);

        var path = Path.Join(media.NewFolder(), "film.mp4");
        await using var file = File.Create(path);
        await file.WriteAsync(bytes.AsMemory(0, index), Cancellation);
        await file.WriteAsync(free, Cancellation);
        file.Seek(Hole - free.Length, SeekOrigin.Current);
        await file.WriteAsync(bytes.AsMemory(index), Cancellation);
        return path;
    }
}
