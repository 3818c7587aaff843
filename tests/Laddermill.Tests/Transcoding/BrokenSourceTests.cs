using System.Collections.Immutable;
using System.Security.Cryptography;
using Laddermill.Media;
using Laddermill.Tests.Cli;

namespace Laddermill.Tests.Transcoding;

/// <summary>Sources that are damaged or promise too much: published with a warning or refused, by how much there is.</summary>
public sealed class BrokenSourceTests(TestMedia media)
{
    private const int Minutes = 60_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 5 * Minutes)]
    public async Task Pictures_that_cannot_be_decoded_are_counted_bridged_and_told_the_same_each_time()
    {
        // Two of ten GOPs are gone; every frame of the rest can be decoded.
        var source = await DestroyAsync(await FilmAsync("film.mp4"), 0.4, 0.6);

        var first = await Published.MakeAsync(media, source, Asking(0.7));
        var second = await Published.MakeAsync(media, source, Asking(0.7));

        var decoded = first.Report["decoded"]!;
        Assert.Equal(250, (int)decoded["promisedFrames"]!);
        Assert.InRange((int)decoded["frames"]!, 190, 210);
        Assert.Equal((double)decoded["frames"]! / 250, (double)decoded["part"]!, 5);
        Assert.Equal(250, first.PlannedFrames);
        Assert.Equal([250, 250], await Published.CountFramesAsync(first.Master, 2));
        Assert.Contains(
            $"of 250 frames only {decoded["frames"]} can be decoded",
            (string?)first.Report["warnings"]![0],
            StringComparison.Ordinal
        );
        Assert.Equal(decoded.ToJsonString(), second.Report["decoded"]!.ToJsonString());
        Assert.Equal(HashOfMedia(first), HashOfMedia(second));
        Assert.Equal(0, (await Ran.Async("verify", first.Folder)).Code);
    }

    [Theory(Timeout = 5 * Minutes)]
    [InlineData(0.95, true)]
    [InlineData(0.2, false)]
    public async Task The_profile_decides_how_much_must_be_there(double least, bool isRefused)
    {
        var whole = await FilmAsync("film.mkv");
        var bytes = await File.ReadAllBytesAsync(whole, Cancellation);
        var half = Path.Join(media.NewFolder(), "half.mkv");
        await File.WriteAllBytesAsync(half, bytes[..(bytes.Length / 2)], Cancellation);
        var destination = media.NewFolder();

        if (isRefused)
        {
            var refusal = await Assert.ThrowsAsync<RejectedException>(() =>
                Published.MakeAsync(media, half, Asking(least), destination)
            );
            Assert.Equal(RejectionCode.Truncated, refusal.Rejection);
            Assert.Contains("claims to last 10 s", refusal.Message, StringComparison.Ordinal);
        }
        else
        {
            var output = await Published.MakeAsync(media, half, Asking(least), destination);
            Assert.InRange((double)output.Report["decoded"]!["part"]!, 0.3, 0.7);
            Assert.Contains(
                "claims to last 10 s",
                (string?)output.Report["warnings"]![0],
                StringComparison.Ordinal
            );
            Assert.Equal(0, (await Ran.Async("verify", output.Folder)).Code);
        }
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task A_source_that_is_refused_late_leaves_nothing_but_the_verdict()
    {
        var source = await DestroyAsync(await FilmAsync("film.mp4"), 0.4, 0.8);
        var destination = media.NewFolder();

        var refusal = await Assert.ThrowsAsync<RejectedException>(() =>
            Published.MakeAsync(media, source, destination: destination)
        );

        Assert.Equal(RejectionCode.Truncated, refusal.Rejection);
        var left = Directory.EnumerateFiles(destination, "*", SearchOption.AllDirectories);
        Assert.Contains(".laddermill/jobs/", Assert.Single(left), StringComparison.Ordinal);
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task A_warning_is_told_to_people_and_to_programs()
    {
        var source = await DestroyAsync(await FilmAsync("film.mp4"), 0.5, 0.7);
        var profile = Path.Join(media.NewFolder(), "profile.json");
        await File.WriteAllTextAsync(profile, $$"""{"lenient":{{Asking(0.5)}}}""", Cancellation);

        var end = await Ran.Async([
            "transcode",
            source,
            media.NewFolder(),
            "--profile",
            profile,
            "--json",
        ]);

        Assert.Equal(0, end.Code);
        Assert.Contains(
            "Note: The source breaks off or is damaged",
            end.Error,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "The source breaks off or is damaged",
            end.Output,
            StringComparison.Ordinal
        );
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task A_picture_that_changes_its_size_in_mid_film_stays_one_film()
    {
        // Two streams of H.264, one behind the other, each with its own size: as broadcasts and calls do.
        var (small, large) = (await BareAsync("320x180"), await BareAsync("480x270"));
        var joined = Path.Join(media.NewFolder(), "joined.h264");
        await File.WriteAllBytesAsync(
            joined,
            [
                .. await File.ReadAllBytesAsync(small, Cancellation),
                .. await File.ReadAllBytesAsync(large, Cancellation),
            ],
            Cancellation
        );
        var source = await media.ClipAsync("joined.mkv", ["-r", "25", "-i", joined, "-c", "copy"]);

        var output = await Published.MakeAsync(media, source);

        Assert.Equal(100, (int)output.Report["decoded"]!["frames"]!);
        Assert.Equal([100, 100], await Published.CountFramesAsync(output.Master, 2));
        Assert.Empty(output.Report["warnings"]!.AsArray());
    }

    private static string Asking(double least) =>
        Published.SmallProfile.Replace(
            "\"segments\"",
            FormattableString.Invariant(
                $"\"source\": {{ \"leastDecoded\": {least} }}, \"segments\""
            ),
            StringComparison.Ordinal
        );

    private Task<string> FilmAsync(string name) =>
        media.ClipAsync(
            name,
            Words(
                "-f lavfi -i testsrc2=size=320x180:rate=25:duration=10 -c:v libx264 -preset ultrafast -g 25 -b:v 300k -minrate 300k -maxrate 300k -bufsize 100k -pix_fmt yuv420p"
            )
        );

    private Task<string> BareAsync(string size) =>
        media.ClipAsync(
            $"{size}.h264",
            Words(
                $"-f lavfi -i testsrc2=size={size}:rate=25:duration=2 -c:v libx264 -preset ultrafast -bf 0 -pix_fmt yuv420p"
            )
        );

    /// <summary>A copy whose media between two parts of the file is overwritten.</summary>
    private async Task<string> DestroyAsync(string clip, double from, double to)
    {
        var bytes = await File.ReadAllBytesAsync(clip, Cancellation);
        bytes.AsSpan((int)(bytes.Length * from)..(int)(bytes.Length * to)).Fill(0xFF);
        var path = Path.Join(media.NewFolder(), "destroyed.mp4");
        await File.WriteAllBytesAsync(path, bytes, Cancellation);
        return path;
    }

    private static string HashOfMedia(Published output)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (
            var file in output.Files.Where(file =>
                file.EndsWith(".m4s", StringComparison.Ordinal)
                || file.EndsWith("init.mp4", StringComparison.Ordinal)
            )
        )
        {
            hash.AppendData(
                File.ReadAllBytes(Path.Join(Path.GetDirectoryName(output.Folder), file))
            );
        }
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static ImmutableArray<string> Words(string line) => [.. line.Split(' ')];
}
