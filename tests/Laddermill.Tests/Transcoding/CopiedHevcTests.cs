using System.Text;
using System.Text.RegularExpressions;
using Laddermill.Processes;
using Laddermill.Storage.FileSystem;
using Laddermill.Verification;

namespace Laddermill.Tests.Transcoding;

/// <summary>Sources of HEVC, whose own stream is published beside a whole ladder of H.264.</summary>
public sealed partial class CopiedHevcTests(TestMedia media)
{
    private const int Minutes = 60_000;

    /// <summary>Ranges of two segments.</summary>
    private static readonly string Profile = Published
        .SmallProfile.Replace(
            "\"segmentsPerRange\": 1",
            "\"segmentsPerRange\": 2",
            StringComparison.Ordinal
        )
        .Replace(
            "\"video\": {",
            "\"video\": { \"hevcPassthrough\": \"auto\",",
            StringComparison.Ordinal
        );

    private const string Keys = "-force_key_frames 0,2.2,4.8,6.04,9.52,11.2,15,20.96,22";

    private const string Closed =
        "-c:v libx265 -preset ultrafast -x265-params log-level=error:open-gop=0:bframes=3:keyint=300:scenecut=0";

    /// <summary>Key frames that are no new beginnings (CRA), some with pictures behind them that are shown before them (RASL), and every 30 frames one that certainly has such.</summary>
    private const string Open =
        "-c:v libx265 -preset ultrafast -x265-params log-level=error:open-gop=1:bframes=3:keyint=30:scenecut=0";

    [Theory(Timeout = 5 * Minutes)]
    [InlineData("closed.mov", $"{Closed} {Keys} -forced-idr 1 -pix_fmt yuv420p10le")]
    [InlineData("open.mp4", $"{Open} {Keys}")]
    [InlineData("open.ts", $"{Open} {Keys} -pix_fmt yuv420p10le")]
    public Task The_source_s_own_stream_stands_beside_the_ladder_which_follows_its_key_frames(
        string name,
        string options
    ) => AssertCopiedAsync(name, options);

    [Theory(Timeout = 5 * Minutes)]
    [Trait("Level", "Long")]
    [InlineData("closed.mp4", $"{Closed} {Keys} -forced-idr 1 -tag:v hvc1")]
    [InlineData("closed.ts", $"{Closed} {Keys} -forced-idr 1")]
    [InlineData("open.mkv", $"{Open} {Keys} -pix_fmt yuv420p10le")]
    public Task So_it_does_in_other_containers(string name, string options) =>
        AssertCopiedAsync(name, options);

    private async Task AssertCopiedAsync(string name, string options)
    {
        var source = await media.FlashAndBeepAsync(name, 25, options);
        var output = await Published.MakeAsync(media, source, Profile);

        Assert.StartsWith(
            "the source's own stream",
            output.Why("passthrough"),
            StringComparison.Ordinal
        );
        var copied = await output.FragmentsAsync("video-hevc-180p");
        var top = await output.FragmentsAsync("video-180p");
        var boundaries = output.Report["plan"]!["grid"]!["boundaries"]!
            .AsArray()
            .Select(each => (long)each!)
            .ToList();
        Assert.All(copied.Concat(top), fragment => Assert.True(fragment.IsSync));
        Assert.Subset(copied.Select(each => each.Start).ToHashSet(), boundaries[..^1].ToHashSet());
        Assert.Subset(top.Select(each => each.Start).ToHashSet(), boundaries[..^1].ToHashSet());
        Assert.True(boundaries.Count > 4);
        Assert.Equal(625_000, copied.Sum(fragment => fragment.Duration));

        // To the bit what the source shows, in order.
        Assert.Equal(
            await Hashes.OfPicturesAsync(source),
            await Hashes.OfPicturesAsync(Playlist(output))
        );
        Assert.Equal([625, 625, 625], await Published.CountFramesAsync(output.Master, 3));
        await AssertRulesAsync(output);
        AssertOldPlayersFirst(output);
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task High_dynamic_range_is_kept_with_all_that_tells_of_it()
    {
        const string Hdr =
            "-c:v libx265 -preset ultrafast -pix_fmt yuv420p10le -color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc -color_range tv -tag:v hvc1 -x265-params "
            + "log-level=error:open-gop=0:keyint=50:min-keyint=50:scenecut=0:hdr10=1:repeat-headers=1:max-cll=1000,400:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:"
            + "master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1)";
        foreach (var name in (string[])["hdr.mp4", "hdr.ts"])
        {
            var source = await media.FlashAndBeepAsync(name, 13, Hdr);
            var output = await Published.MakeAsync(media, source, Profile);

            Assert.Contains("(PQ)", output.Why("passthrough"), StringComparison.Ordinal);
            Assert.Equal(
                await Hashes.OfPicturesAsync(source),
                await Hashes.OfPicturesAsync(Playlist(output))
            );
            var facts = await FirstFrameAsync(Playlist(output));
            foreach (
                var fact in (string[])
                    [
                        "smpte2084",
                        "bt2020nc",
                        "Mastering display metadata",
                        "10000000/10000",
                        "\"max_content\": 1000",
                    ]
            )
            {
                Assert.Contains(fact, facts, StringComparison.Ordinal);
            }
            var master = await File.ReadAllTextAsync(output.Master, Cancellation);
            Assert.Equal(2, Regex.Count(master, "VIDEO-RANGE=PQ"));
            Assert.Equal(4, Regex.Count(master, "VIDEO-RANGE=SDR"));
            await AssertRulesAsync(output);
        }
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task What_the_container_tells_of_high_dynamic_range_is_kept_as_well()
    {
        var source = await media.ClipAsync(
            "tags.mp4",
            [
                "-i",
                TestMedia.CorpusFile("fate_hdr10tags-both.mkv"),
                .. "-map 0:v -c copy -metadata:s:v rotate=0".Split(' '),
            ]
        );
        var output = await Published.MakeAsync(media, source, Profile);

        Assert.Contains("(PQ)", output.Why("passthrough"), StringComparison.Ordinal);
        var init = await File.ReadAllBytesAsync(
            Path.Join(output.Rendition("video-hevc-320p"), "init.mp4"),
            Cancellation
        );
        foreach (var box in (string[])["colr", "mdcv", "clli"])
        {
            Assert.True(init.AsSpan().IndexOf(Encoding.ASCII.GetBytes(box)) > 0, box);
        }
    }

    [Fact(Timeout = 5 * Minutes)]
    public async Task Parameters_that_change_in_mid_film_leave_the_ladder_alone()
    {
        var first = await media.FlashAndBeepAsync("first.ts", 6, $"{Closed} -an");
        var second = await media.FlashAndBeepAsync("second.ts", 6, $"{Closed}:cbqpoffs=2 -an");
        var list = Path.Join(media.NewFolder(), "list.txt");
        await File.WriteAllTextAsync(list, $"file '{first}'\nfile '{second}'\n", Cancellation);
        var source = await media.ClipAsync(
            "change.ts",
            [.. "-f concat -safe 0 -i".Split(' '), list, "-c", "copy"]
        );
        var output = await Published.MakeAsync(media, source, Profile);

        Assert.Equal("no: its parameters change in mid-film", output.Why("passthrough"));
        Assert.Equal([300, 300], await Published.CountFramesAsync(output.Master, 2));
        Assert.Equal(
            [output.Result.Revision],
            Directory.GetDirectories(output.Folder).Select(Path.GetFileName)
        );
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string Playlist(Published output) =>
        Path.Join(output.Rendition("video-hevc-180p"), "playlist.m3u8");

    /// <summary>What ffprobe says of the first picture.</summary>
    private static async Task<string> FirstFrameAsync(string playlist)
    {
        await using var tool = ToolProcess.Start(
            new ToolCommand(
                "ffprobe",
                [
                    .. "-v error -select_streams v:0 -read_intervals %+#1 -show_frames -print_format json".Split(
                        ' '
                    ),
                    .. Published.Reading(playlist),
                ]
            ),
            ToolOutput.Captured,
            cancellationToken: Cancellation
        );
        using var reader = new StreamReader(tool.StandardOutput);
        var facts = await reader.ReadToEndAsync(Cancellation);
        await tool.EnsureSuccessAsync("Reading the first picture failed.");
        return facts;
    }

    private static async Task AssertRulesAsync(Published output)
    {
        var store = new FileSystemObjectStore(Path.GetDirectoryName(output.Folder)!);
        var report = await Verifier.VerifyAsync(
            new StoreOutputReader(store, Path.GetFileName(output.Folder)),
            new VerifyOptions { Deep = true },
            Cancellation
        );
        Assert.Empty(report.BrokenGates.Select(gate => gate.Rule.Id));
    }

    /// <summary>Who takes the first variant, or the first AdaptationSet, without asking for its codec gets H.264.</summary>
    private static void AssertOldPlayersFirst(Published output)
    {
        var codecs = Codecs()
            .Matches(File.ReadAllText(output.Master))
            .Select(match => match.Groups[1].Value)
            .ToList();
        Assert.Equal(["avc1", "avc1", "hvc1"], codecs[..3]);
        Assert.Equal(
            ["avc1", "avc1", "hvc1"],
            Codecs()
                .Matches(File.ReadAllText(output.Manifest))
                .Select(match => match.Groups[1].Value)
                .Where(codec => codec != "mp4a")
        );
    }

    [GeneratedRegex("(?i:codecs)=\"([a-z0-9]+)")]
    private static partial Regex Codecs();
}
