using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Laddermill.Media;
using Laddermill.Processes;
using Laddermill.Tests.Processes;
using Laddermill.Tests.Transcoding;

namespace Laddermill.Tests.Cli;

/// <summary>Every code occurs on a real input, as a program that starts <c>laddermill work</c> sees it.</summary>
public sealed class RejectionTests(TestMedia media)
{
    private const int Minutes = 60_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>All but those that only sources in buckets can have: <c>BucketJobTests</c> makes them occur.</summary>
    public static TheoryData<string> Codes =>
        [
            .. RejectionCode
                .All.Except([RejectionCode.SourceChanged, RejectionCode.NameTooLong])
                .Select(code => code.Word),
        ];

    [Theory(Timeout = 5 * Minutes)]
    [MemberData(nameof(Codes))]
    public async Task A_source_is_rejected_with_this_code(string code)
    {
        var (source, limits) = await MakeAsync(code);
        var document = new JsonObject
        {
            ["source"] = source,
            ["destination"] = media.NewFolder(),
            ["profile"] = JsonNode.Parse(Published.SmallProfile),
        };
        if (code == "limit-cost")
        {
            document["profile"]!["maxCost"] = 0.000001;
            document["prices"] = new JsonObject { ["processorHour"] = 1000 };
        }
        var job = await WriteAsync("job.json", document.ToJsonString());
        await using var worker = ToolProcess.Start(
            OurProgram.Command(
                ["work", job],
                limits is null
                    ? null
                    : ToolEnvironment.Inherited.With(
                        SourceLimits.Variable,
                        await WriteAsync("limits.json", limits)
                    )
            ),
            ToolOutput.Captured,
            cancellationToken: Cancellation
        );
        using var reader = new StreamReader(worker.StandardOutput);
        var lines = (await reader.ReadToEndAsync(Cancellation)).TrimEnd().Split('\n');
        var exit = await worker.Completion;

        var result = JsonNode.Parse(lines[^1])?["result"];
        Assert.Equal(("rejected", code), ((string?)result?["state"], (string?)result?["code"]));
        Assert.Equal(3, exit.ExitCode);
        var reason = (string)result!["reason"]!;
        Assert.DoesNotContain('\n', reason);
        Assert.Contains(
            exit.ErrorTail,
            line => line.Contains($"the source was rejected ({code}): {reason}", default)
        );
    }

    /// <summary>A source that is rejected with this code, and the operator's limits for it.</summary>
    private async Task<(string Source, string? Limits)> MakeAsync(string code) =>
        code switch
        {
            "empty" => (await WriteAsync("empty.mp4", ""), null),
            "not-media" => (await WriteAsync("letter.mp4", "Dear Sir or Madam"), null),
            "no-media-streams" => (await SubtitlesAloneAsync(), null),
            "hostile-playlist" => (await WriteAsync("list.mp4", "#EXTM3U\nsecret.ts\n"), null),
            "unsupported-container" => (
                await media.ClipAsync("still.png", Words("-f lavfi -i testsrc2 -frames:v 1")),
                null
            ),
            "unsupported-codec" => (await PatchAsync("avc1", "zzz1"u8.ToArray()), null),
            // The box "btrt" gives way to a record of Dolby Vision: version 1.0, profile 5, base layer and metadata, compatible with nothing.
            "unsupported-dolby-vision" => (
                await PatchAsync("btrt", [.. "dvcC"u8, 1, 0, 5 << 1, (1 << 3) | 0b101, 0]),
                null
            ),
            "encrypted" => (await EncryptedAsync(), null),
            "unknown-duration" => (await SoundWithoutLengthAsync(), null),
            "truncated" => (await HalfAsync(), null),
            "undecodable" => (await WithoutPictureAsync(), null),
            "limit-size" => (await media.VideoAsync(), """{"bytes":1000}"""),
            "limit-duration" => (await media.VideoAsync(), """{"seconds":1}"""),
            "limit-pixels" => (await media.VideoAsync(), """{"pixels":1000}"""),
            "limit-frame-rate" => (await media.VideoAsync(), """{"frameRate":20}"""),
            "limit-frames" => (await media.VideoAsync(), """{"frames":10}"""),
            "limit-streams" => (await media.VideoAsync(), """{"streams":1}"""),
            "limit-metadata" => (await MuchMetadataAsync(), null),
            // Seconds of work, of which ffprobe needs a fraction.
            "limit-time" => (
                await LargeAsync(),
                """{"processorSeconds":0.3,"processorPerSecond":0.001}"""
            ),
            "limit-memory" => (await LargeAsync(), """{"memory":100000000}"""),
            "limit-output" => (
                await media.VideoAsync(),
                """{"outputBytes":1000,"outputPerSecond":1}"""
            ),
            "limit-cost" => (await media.VideoAsync(), null),
            "limit-probe-time" => (await media.VideoAsync(), """{"probeSeconds":0.001}"""),
            _ => throw new InvalidOperationException(
                $"Nothing here makes the code {code} occur: add a source that does."
            ),
        };

    private async Task<string> SubtitlesAloneAsync()
    {
        var text = await WriteAsync("words.srt", "1\n00:00:00,000 --> 00:00:02,000\nWords\n");
        return await media.ClipAsync("words.mkv", ["-i", text]);
    }

    private Task<string> EncryptedAsync() =>
        media.ClipAsync(
            "encrypted.mp4",
            Words(
                "-f lavfi -i testsrc2=size=320x180:rate=25:duration=2 -c:v libx264 -preset ultrafast -pix_fmt yuv420p "
                    + "-encryption_scheme cenc-aes-ctr -encryption_key 00112233445566778899aabbccddeeff "
                    + "-encryption_kid 00112233445566778899aabbccddeeff"
            )
        );

    /// <summary>As a browser records it: a header that was never completed.</summary>
    private Task<string> SoundWithoutLengthAsync() =>
        media.ClipAsync(
            "live.mka",
            Words("-f lavfi -i sine=duration=3 -c:a libopus -live 1 -f matroska")
        );

    /// <summary>The index in front promises everything, the media behind it is cut.</summary>
    private async Task<string> HalfAsync()
    {
        var whole = await File.ReadAllBytesAsync(await IndexedAsync(), Cancellation);
        return await WriteAsync("half.mp4", whole[..(whole.Length / 2)]);
    }

    /// <summary>All that was coded is overwritten; header and index are as they were.</summary>
    private async Task<string> WithoutPictureAsync()
    {
        var whole = await File.ReadAllBytesAsync(await IndexedAsync(), Cancellation);
        whole.AsSpan(whole.AsSpan().IndexOf("mdat"u8) + 4).Fill(0xFF);
        return await WriteAsync("blank.mp4", whole);
    }

    private Task<string> IndexedAsync() =>
        media.ClipAsync(
            "indexed.mp4",
            Words(
                "-f lavfi -i testsrc2=size=320x180:rate=25:duration=10 -c:v libx264 -preset ultrafast -g 25 -pix_fmt yuv420p -movflags +faststart"
            )
        );

    /// <summary>A clip with other bytes where a box of its index has its name, and thereafter.</summary>
    private async Task<string> PatchAsync(string box, byte[] bytes)
    {
        var clip = await File.ReadAllBytesAsync(await IndexedAsync(), Cancellation);
        // Behind the box of sample entries: the words of brands are the same.
        var entries = clip.AsSpan(clip.AsSpan().IndexOf("stsd"u8));
        bytes.CopyTo(entries[entries.IndexOf(Encoding.ASCII.GetBytes(box))..]);
        return await WriteAsync("patched.mp4", clip);
    }

    private Task<string> LargeAsync() =>
        media.ClipAsync(
            "large.mp4",
            Words(
                "-f lavfi -i testsrc2=size=3840x2160:rate=25:duration=4 -c:v libx264 -preset ultrafast -pix_fmt yuv420p"
            )
        );

    private async Task<string> MuchMetadataAsync()
    {
        var text = new StringBuilder(";FFMETADATA1\n");
        foreach (var index in Enumerable.Range(0, 9))
        {
            text.Append("tag").Append(index).Append('=').Append('x', 1 << 20).Append('\n');
        }
        var tags = await WriteAsync("tags.txt", text.ToString());
        return await media.ClipAsync(
            "tags.mkv",
            ["-i", await media.VideoAsync(), "-i", tags, .. Words("-map_metadata 1 -c copy")]
        );
    }

    private Task<string> WriteAsync(string name, string text) =>
        WriteAsync(name, Encoding.UTF8.GetBytes(text));

    private async Task<string> WriteAsync(string name, byte[] bytes)
    {
        var path = Path.Combine(media.NewFolder(), name);
        await File.WriteAllBytesAsync(path, bytes, Cancellation);
        return path;
    }

    private static ImmutableArray<string> Words(string line) => [.. line.Split(' ')];
}
