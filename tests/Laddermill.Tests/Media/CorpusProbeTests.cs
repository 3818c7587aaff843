using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Laddermill.Media;

namespace Laddermill.Tests.Media;

/// <summary>Two hundred real files: each is told as its manifest says, or refused.</summary>
[Trait("Level", "Long")]
public sealed partial class CorpusProbeTests
{
    /// <summary>Files that ffprobe can tell, yet we refuse; and a code for some that it cannot, to hold it.</summary>
    private static readonly Dictionary<string, string> Refused = new()
    {
        ["attack_hls_neighbour_media.mp4"] = "hostile-playlist",
        ["attack_sdp_loopback.mp4"] = "hostile-playlist",
        ["attack_png_bomb_20000x20000.png"] = "limit-pixels",
        ["ax_bomb_16000x9000.webp"] = "limit-pixels",
        ["mex_Animation Lossy.webp"] = "unsupported-container",
        ["ax_subs_only.mkv"] = "no-media-streams",
        // MPEG-4 scene descriptions alone, and a file cut off after its first 100 bytes.
        ["gpac_fuzz_seed_bifs_france.mp4"] = "no-media-streams",
        ["mp4ff_init_truncated_100B.mp4"] = "no-media-streams",
        ["mp4parse_xhe_aac.mp4"] = "unsupported-codec",
        ["self_truncated60_moov_last.mp4"] = "not-media",
        ["self_zero_byte.mp4"] = "empty",
    };

    /// <summary>Where packets are hidden by an edit list, or are fields: as many frames as ffmpeg decodes.</summary>
    private static readonly Dictionary<string, (string Packets, int Frames)> Unlike = new()
    {
        ["ax_dolbyVision-hdr.MOV"] = ("5", 4),
        ["ax_samsung_sef_slow_motion.mp4"] = ("64", 63),
        ["fate_mov-3elist.mov"] = ("74", 48),
        ["fate_neg_first_pts_discard.mov"] = ("30", 15),
        ["fate_sample-in-issue-505_rot.mp4"] = ("106", 105),
        ["self_bitflips_200.mp4"] = ("30", 13),
        // Fields; of the first one a decoder shows only 17, since it begins without a key frame.
        ["fate_h264_1080i_intra_first.ts"] = ("52", 26),
        ["mex_Sony ILCE-7M3 (A7M3).mts"] = ("26", 13),
    };

    [Fact(Timeout = 600_000)]
    public async Task Every_file_is_told_as_the_manifest_says_or_refused()
    {
        var timeout = TestContext.Current.CancellationToken;
        var rows = File.ReadLines(Path.Combine(TestMedia.Corpus, "MANIFEST.tsv"))
            .Select(line => line.Split('\t'))
            .ToList();
        var differences = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(
            rows.Skip(1),
            timeout,
            async (row, cancellationToken) =>
            {
                var expected = rows[0]
                    .Zip(row)
                    .ToDictionary(cell => cell.First, cell => cell.Second);
                foreach (var difference in await DifferencesAsync(expected, cancellationToken))
                {
                    differences.Add(difference);
                }
            }
        );
        Assert.True(differences.IsEmpty, string.Join('\n', differences.Order()));
    }

    private static async Task<IEnumerable<string>> DifferencesAsync(
        Dictionary<string, string> expected,
        CancellationToken cancellationToken
    )
    {
        var name = expected["file"];
        try
        {
            var input = MediaInput.FromFile(TestMedia.CorpusFile(name));
            var info = await new Probe(TimeProvider.System).ReadAsync(input, cancellationToken);
            var facts = Told(info);
            if (info.MainVideo is { } video)
            {
                facts["video_packets"] = await CountAsync(input, info, video, cancellationToken);
            }
            return facts
                .Where(fact => Plain(fact.Key, expected[fact.Key]) != fact.Value)
                .Select(fact =>
                    $"{name}: {fact.Key} is '{expected[fact.Key]}', told as '{fact.Value}'"
                );
        }
        catch (RejectedException refusal)
        {
            var isRight = Refused.TryGetValue(name, out var code)
                ? refusal.Code == code
                : expected["container"] == "unreadable";
            return isRight ? [] : [$"{name}: refused as {refusal.Code}: {refusal.Message}"];
        }
    }

    /// <summary>The frames of the scan in the manifest's measure, packets; the two differ where they should.</summary>
    private static async Task<string> CountAsync(
        MediaInput input,
        MediaInfo info,
        VideoStream video,
        CancellationToken cancellationToken
    )
    {
        var scan = await new FrameScanner(TimeProvider.System).ReadAsync(
            input,
            info,
            video,
            cancellationToken
        );
        return Unlike.TryGetValue(input.Name, out var counts) && counts.Frames == scan?.FrameCount
            ? counts.Packets
            : $"{scan?.FrameCount}";
    }

    /// <summary>The facts in the words of the manifest, whose pictures are moving pictures only.</summary>
    private static Dictionary<string, string> Told(MediaInfo info)
    {
        string Join(Func<VideoStream, object?> fact) =>
            string.Join("; ", info.Video.Where(video => !video.IsAttachedPicture).Select(fact));
        return new()
        {
            ["container"] = info.Container,
            ["WxH"] = Join(video => $"{video.Width}x{video.Height}"),
            ["fps"] = Join(video => Number(video.BaseFrameRate?.ToDouble())),
            ["pix_fmt"] = Join(video => video.PixelFormat ?? "None"),
            ["rotation"] = info.MainVideo?.Rotation is > 0 and var turn ? $"{turn}" : "",
            ["SAR"] = Join(video => $"{Ratio(video.SampleAspectRatio)}"),
            ["interlaced"] = Join(video => FieldOrder(video.FieldOrder)),
            ["colour range/primaries/transfer/matrix [HDR]"] = Join(video => Colour(video.Colour)),
            ["audio_tracks"] = $"{info.Audio.Length}",
            ["audio"] = string.Join("; ", info.Audio.Select(Audio)),
            ["subtitles"] = string.Join("; ", info.Subtitles.Select(Subtitle)),
            ["duration"] = $"{info.Duration:0.000000}",
            ["start_time"] = $"{info.StartTime:0.000000}",
        };
    }

    /// <summary>What the manifest says, without its remarks and with unknowns as we take them.</summary>
    private static string Plain(string column, string text) =>
        column switch
        {
            "fps" or "colour range/primaries/transfer/matrix [HDR]" => Remark().Replace(text, ""),
            "SAR" => text.Replace("-", "1:1"),
            // Counter-clockwise there, and undefined in one file.
            "rotation" => text switch
            {
                "" or "-9223372036854775808" => "",
                _ => $"{(720 - int.Parse(text, CultureInfo.InvariantCulture)) % 360}",
            },
            // All ones in a scale of 30000: its length was not known when the header was written.
            "duration" when text == "143165.643233" => "",
            "start_time" when text.Length == 0 => "0.000000",
            _ => text,
        };

    private static string Number(double? value) =>
        value?.ToString("0.###", CultureInfo.InvariantCulture) ?? "";

    private static string Ratio(Rational ratio) => $"{ratio.Numerator}:{ratio.Denominator}";

    private static string FieldOrder(string? order) =>
        order switch
        {
            null => "?",
            "progressive" => "no",
            "tt" => "YES tff",
            "bb" => "YES bff",
            _ => $"YES {order}",
        };

    private static string Colour(ColourDescription colour) =>
        string.Join(
            '/',
            new[] { colour.Range, colour.Primaries, colour.Transfer, colour.Matrix }.Select(word =>
                word ?? "-"
            )
        );

    private static string Audio(AudioStream audio) =>
        $"{Codec(audio.Codec)} {audio.Channels}ch {audio.SampleRate}Hz {audio.Language}".TrimEnd();

    private static string Subtitle(SubtitleStream subtitle) =>
        $"{Codec(subtitle.Codec)} {subtitle.Language}".TrimEnd();

    private static string Codec(string codec) => codec == "unknown" ? "None" : codec;

    [GeneratedRegex(@" [(\[][^)\]]*[)\]]")]
    private static partial Regex Remark();
}
