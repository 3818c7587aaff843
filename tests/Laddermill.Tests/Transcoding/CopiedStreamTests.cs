using System.Text.Json.Nodes;
using Laddermill.Storage.FileSystem;
using Laddermill.Verification;

namespace Laddermill.Tests.Transcoding;

/// <summary>Sources whose own stream is published beside renditions that are encoded.</summary>
public sealed class CopiedStreamTests(TestMedia media)
{
    private const int Minutes = 60_000;
    private const double Frame = 1 / 25.0;

    /// <summary>Room for the source's own stream, and ranges of two segments.</summary>
    private static readonly string Profile = Published
        .SmallProfile.Replace("400000", "4000000", StringComparison.Ordinal)
        .Replace("\"segmentsPerRange\": 1", "\"segmentsPerRange\": 2", StringComparison.Ordinal);

    /// <summary>B-frames, colours as in high definition, and key frames at odd places.</summary>
    private const string Stream =
        "-preset veryfast -bf 3 -g 300 -sc_threshold 0 -force_key_frames 0,2.2,4.8,6.04,9.52,11.2,15,20.96,22 -colorspace bt709 -color_primaries bt709 -color_trc bt709 -color_range tv";

    [Theory(Timeout = 5 * Minutes)]
    [InlineData("copied.mp4", "")]
    [InlineData("copied.mov", "")]
    [InlineData("copied.mkv", "")]
    [InlineData("copied.ts", "")]
    [InlineData("fragments.mp4", "-movflags +frag_keyframe+empty_moov")]
    public async Task The_best_rendition_is_the_source_s_own_stream_and_the_others_follow_its_key_frames(
        string name,
        string more
    )
    {
        var source = await media.FlashAndBeepAsync(name, 25, $"{Stream} {more}");
        var output = await Published.MakeAsync(media, source, Profile, segments: "ts");

        Assert.StartsWith(
            "the source's own stream",
            output.Why("passthrough"),
            StringComparison.Ordinal
        );
        var copied = await output.FragmentsAsync("video-180p");
        var encoded = await output.FragmentsAsync("video-90p");
        Assert.Equal(
            [0, 55_000, 120_000, 151_000, 238_000, 280_000, 375_000, 524_000, 550_000],
            copied.Select(fragment => fragment.Start)
        );
        Assert.All(copied.Concat(encoded), fragment => Assert.True(fragment.IsSync));
        Assert.Equal(
            [0, 120_000, 238_000, 375_000, 524_000, 625_000],
            output.Report["plan"]!["grid"]!["boundaries"]!.AsArray().Select(each => (long)each!)
        );
        Assert.Equal(625, encoded.Sum(fragment => fragment.Duration) / 1000);

        // To the bit what the source shows, in order.
        Assert.Equal(
            await Hashes.OfPicturesAsync(source),
            await Hashes.OfPicturesAsync(Playlist(output))
        );
        await AssertSoundAndRulesAsync(output);
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task Two_runs_make_the_same_bytes_also_where_nothing_is_encoded()
    {
        var source = await media.FlashAndBeepAsync("alone.mp4", 13, Stream);
        var rungs = JsonNode.Parse(Profile)!;
        rungs["video"]!["rungs"]!.AsArray().RemoveAt(1);
        var first = await Published.MakeAsync(media, source, rungs.ToJsonString());
        var again = await Published.MakeAsync(media, source, rungs.ToJsonString());

        Assert.StartsWith(
            "the source's own stream",
            first.Why("passthrough"),
            StringComparison.Ordinal
        );
        Assert.Single(first.Report["plan"]!["video"]!["renditions"]!.AsArray());
        Assert.Equal(
            await Hashes.OfPicturesAsync(source),
            await Hashes.OfPicturesAsync(Playlist(first))
        );
        Assert.Equal(await HashesAsync(first), await HashesAsync(again));
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task Key_frames_that_need_what_is_before_them_are_found_out_while_copying()
    {
        // Pictures that renew themselves bit by bit: Matroska calls some of them key frames, and no time stamp betrays them.
        const string Renewed =
            "-preset veryfast -x264-params intra-refresh=1:keyint=50:min-keyint=50:bframes=0:scenecut=0 -colorspace bt709";
        var source = await media.FlashAndBeepAsync("renewed.mkv", 13, Renewed);
        var output = await Published.MakeAsync(media, source, Profile);

        Assert.Contains(
            "a copy of it was tried",
            output.Why("passthrough"),
            StringComparison.Ordinal
        );
        Assert.Equal([325, 325], await Published.CountFramesAsync(output.Master, 2));
        // Nothing is left of what was begun.
        Assert.Equal([output.Result.Revision], Revisions(output));

        // In MP4 they are looked at beforehand.
        var movie = await media.FlashAndBeepAsync("renewed.mp4", 13, Renewed);
        var other = await Published.MakeAsync(media, movie, Profile);
        Assert.Contains(
            "farther than a segment",
            other.Why("passthrough"),
            StringComparison.Ordinal
        );
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task What_a_decoder_complains_of_is_encoded()
    {
        var whole = await media.FlashAndBeepAsync("damaged.mp4", 13, $"{Stream} -an");
        var bytes = await File.ReadAllBytesAsync(whole, TestContext.Current.CancellationToken);
        var source = Path.Join(media.NewFolder(), "damaged.mp4");
        bytes.AsSpan(bytes.Length / 2, 200).Fill(0x5a);
        await File.WriteAllBytesAsync(source, bytes, TestContext.Current.CancellationToken);

        var output = await Published.MakeAsync(media, source, Profile);

        Assert.StartsWith("no: ", output.Why("passthrough"), StringComparison.Ordinal);
        Assert.Equal([output.Result.Revision], Revisions(output));
        await Published.CountFramesAsync(output.Master, 2);
    }

    private static string Playlist(Published output) =>
        Path.Join(output.Rendition("video-180p"), "playlist.m3u8");

    private static IEnumerable<string> Revisions(Published output) =>
        Directory.GetDirectories(output.Folder).Select(Path.GetFileName).OfType<string>();

    private static Task<List<(string Name, string Hash)>> HashesAsync(Published output) =>
        Hashes.OfMediaAsync(new FileSystemObjectStore(output.Rendition("video-180p")), "");

    private static async Task AssertSoundAndRulesAsync(Published output)
    {
        var (flashes, beeps) = await Published.FlashesAndBeepsAsync(output.TransportMaster, 0, 25);
        Assert.Equal(25, flashes.Count);
        Assert.All(
            flashes.Zip(beeps),
            each => Assert.InRange(each.First - each.Second, -Frame, Frame)
        );
        var store = new FileSystemObjectStore(Path.GetDirectoryName(output.Folder)!);
        var report = await Verifier.VerifyAsync(
            new StoreOutputReader(store, Path.GetFileName(output.Folder)),
            new VerifyOptions { Deep = true },
            TestContext.Current.CancellationToken
        );
        Assert.Empty(report.BrokenGates.Select(gate => gate.Rule.Id));
    }
}
