using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Laddermill.Jobs;
using Laddermill.Transcoding;

namespace Laddermill.Tests.Players;

/// <summary>Something to play: published by a real job from a clip whose pictures carry their own number.</summary>
/// <param name="Folder">Holds <c>master.m3u8</c>, <c>master-ts.m3u8</c> and <c>dash.mpd</c>.</param>
/// <param name="Sizes">Of the renditions, in ascending order; empty for sound alone.</param>
public sealed record Film(string Folder, int Frames, ImmutableArray<(int Width, int Height)> Sizes)
{
    /// <summary>Frames per second.</summary>
    public const int Rate = 25;

    private static readonly ConcurrentDictionary<FilmRecipe, Lazy<Task<Film>>> Made = new();

    public double Seconds => (double)Frames / Rate;

    /// <summary>Frames by which a player shows everything, picture and sound alike, later than it is.</summary>
    public int Delay { get; init; }

    /// <summary>The same film is made once.</summary>
    public static Task<Film> MakeAsync(TestMedia media, FilmRecipe recipe) =>
        Made.GetOrAdd(recipe, _ => new(() => TranscodeAsync(media, recipe))).Value;

    private static async Task<Film> TranscodeAsync(TestMedia media, FilmRecipe recipe)
    {
        var source = await media.ClipAsync("film.mp4", recipe.SourceArguments(Rate));
        if (recipe.Texts is { } texts)
        {
            await File.WriteAllTextAsync(Path.ChangeExtension(source, ".en.srt"), texts);
        }
        var document = new JobDocument
        {
            Source = source,
            Destination = media.NewFolder(),
            Profile = JsonNode.Parse(recipe.Profile),
            Segments = "ts",
        };
        var cancellation = TestContext.Current.CancellationToken;
        var clock = TimeProvider.System;
        var folder = Path.GetDirectoryName(source)!;
        var request = await JobRequest.OpenAsync(document, folder, clock, cancellation);
        var result = await new TranscodeJob(clock).RunAsync(request, null, cancellation);
        Assert.Equal(
            recipe.IsCopied,
            result.Report!.Plan["video"]?["renditions"]?[0]?["copied"] is not null
        );
        return new Film(
            Path.Join(document.Destination, result.Output.Name),
            recipe.Seconds * Rate,
            recipe.Sizes
        );
    }
}

/// <summary>How a film's source is made, and with which profile it is published.</summary>
/// <param name="Sizes">Of the renditions that are expected, ascending; the source has the largest. None: sound alone.</param>
/// <param name="Profile">JSON text.</param>
public sealed record FilmRecipe(
    int Seconds,
    ImmutableArray<(int Width, int Height)> Sizes,
    string Profile
)
{
    /// <summary>How the source's pictures are coded: ffmpeg's options.</summary>
    public string Encoder { get; init; } = "-preset ultrafast -crf 16 -pix_fmt yuv420p";

    /// <summary>Where it is none of the renditions.</summary>
    public (int Width, int Height)? SourceSize { get; init; }

    /// <summary>Whether the source's own stream is expected to be published.</summary>
    public bool IsCopied { get; init; }

    /// <summary>Of each language's tone, Hz. The first is the default one.</summary>
    public ImmutableArray<(string Language, int Tone)> Sounds { get; init; } = [("eng", 440)];

    /// <summary>English subtitles beside the source, in SubRip.</summary>
    public string? Texts { get; init; }

    /// <summary>Two languages, and subtitles of which one text crosses a boundary of segments.</summary>
    public static FilmRecipe Languages { get; } =
        new(14, [(320, 180), (640, 360)], OfRungs((640, 360, 900), (320, 180, 200)))
        {
            Sounds = [("eng", 440), ("fra", 1320)],
            Texts = """
                1
                00:00:01,000 --> 00:00:02,500
                <i>One</i> & only

                2
                00:00:05,000 --> 00:00:07,000
                across

                3
                00:00:08,000 --> 00:00:09,500
                last

                """,
        };

    /// <summary>Three small rungs, as far apart as a real ladder's.</summary>
    public static FilmRecipe Small { get; } =
        new(
            30,
            [(320, 180), (480, 270), (640, 360)],
            OfRungs((640, 360, 900), (480, 270, 450), (320, 180, 200))
        );

    /// <summary>The best rendition is the source's own stream, with B-frames and key frames where scenes begin, and segments of different lengths.</summary>
    public static FilmRecipe Copied { get; } =
        new(
            30,
            [(320, 180), (480, 270), (640, 360)],
            OfRungs((640, 360, 2500), (480, 270, 450), (320, 180, 200))
        )
        {
            Encoder =
                "-preset veryfast -bf 3 -b:v 1500k -maxrate 1800k -bufsize 900k -g 300 -sc_threshold 0 -force_key_frames 0,2.2,4.8,6.04,9.52,11.2,15,20.96,22,25.4 -pix_fmt yuv420p -colorspace bt709 -color_primaries bt709 -color_trc bt709 -color_range tv",
            IsCopied = true,
        };

    /// <summary>A source of HEVC, larger than all rungs, whose own stream is published beside them.</summary>
    public static FilmRecipe Hevc { get; } =
        new(
            8,
            [(320, 180), (480, 270)],
            OfRungs((480, 270, 4000), (320, 180, 200))
                .Replace(
                    "\"video\": {",
                    "\"video\": { \"hevcPassthrough\": \"auto\",",
                    StringComparison.Ordinal
                )
        )
        {
            SourceSize = (640, 360),
            Encoder =
                "-c:v libx265 -preset ultrafast -x265-params log-level=error:open-gop=0:keyint=50:min-keyint=50:scenecut=0 -crf 26 -pix_fmt yuv420p",
            IsCopied = true,
        };

    /// <summary>Frames with which the segments of <see cref="Copied"/> begin, but for the first.</summary>
    public static ImmutableArray<int> Boundaries { get; } = [120, 238, 375, 524, 635];

    /// <summary>Long enough that a busy machine has not loaded all of it before the network gets slow.</summary>
    public static FilmRecipe Patient { get; } =
        new(90, [(320, 180), (640, 360)], OfRungs((640, 360, 900), (320, 180, 200)));

    public static FilmRecipe Portrait { get; } =
        new(8, [(180, 320), (270, 480)], OfRungs((480, 270, 450), (320, 180, 200)));

    public static FilmRecipe Sound { get; } = new(8, [], OfRungs((320, 180, 200)));

    /// <summary>What the default profile makes of 1080 lines.</summary>
    public static FilmRecipe Default { get; } =
        new(
            30,
            [(640, 360), (1280, 720), (1920, 1080)],
            """{ "extends": "default", "description": "as it is" }"""
        );

    /// <summary>
    /// ffmpeg's moving test picture with noise, so that it fills its rate. Along the top, 16 squares to the width: the frame's number in 12 bits, lowest
    /// first, white for 1, and beneath each its opposite.
    /// </summary>
    public ImmutableArray<string> SourceArguments(int rate)
    {
        var tones = Sounds.SelectMany(sound =>
            (string[])["-f", "lavfi", "-i", $"sine=frequency={sound.Tone}:duration={Seconds}"]
        );
        var first = Sizes.IsEmpty ? 0 : 1;
        var maps = Sounds
            .Index()
            .SelectMany(sound => MapOf(sound.Index, first, sound.Item.Language));
        var (width, height) = SourceSize ?? (Sizes.IsEmpty ? default : Sizes[^1]);
        string[] picture =
        [
            "-f",
            "lavfi",
            "-i",
            $"testsrc2=size={width}x{height}:rate={rate}:duration={Seconds},noise=alls=12:allf=t,{Numbers(width)}",
        ];
        return
        [
            .. Sizes.IsEmpty ? [] : picture,
            .. tones,
            .. maps,
            .. Sizes.IsEmpty ? [] : $"-map 0:v -c:v libx264 {Encoder}".Split(' '),
            .. "-c:a aac -ac 2".Split(' '),
        ];
    }

    private static string[] MapOf(int sound, int firstInput, string language) =>
        ["-map", $"{firstInput + sound}:a", $"-metadata:s:a:{sound}", $"language={language}"];

    private static string Numbers(int width)
    {
        var boxes =
            from bit in Enumerable.Range(0, 12)
            from row in (int[])[0, 1]
            let left = width * bit / 16
            let right = width * (bit + 1) / 16
            let side = width / 16
            select string.Create(
                CultureInfo.InvariantCulture,
                $"drawbox=x={left}:y={side * row}:w={right - left}:h={side}:color=white:t=fill:enable='eq(mod(floor(n/{1 << bit}),2),{1 - row})'"
            );
        return $"drawbox=x=0:y=0:w=iw:h={width / 16 * 2}:color=black:t=fill,{string.Join(',', boxes)}";
    }

    private static string OfRungs(params (int Width, int Height, int Kilobits)[] rungs)
    {
        var list = rungs.Select(rung =>
            $$"""
                { "name": "{{rung.Height}}p", "width": {{rung.Width}}, "height": {{rung.Height}}, "maxBitrate": {{rung.Kilobits}}000,
                  "crf": 23, "preset": "ultrafast", "encoderOptions": [], "threads": 1 }
                """
        );
        return $$"""{ "extends": "default", "description": "small", "video": { "rungs": [{{string.Join(',', list)}}] } }""";
    }

    /// <summary>The same recipe by its parts: one array of sizes is not another's equal.</summary>
    public bool Equals(FilmRecipe? other) =>
        other is not null
        && (Seconds, Profile, Texts, Encoder)
            == (other.Seconds, other.Profile, other.Texts, other.Encoder)
        && Sounds.SequenceEqual(other.Sounds)
        && Sizes.SequenceEqual(other.Sizes);

    public override int GetHashCode() => HashCode.Combine(Seconds, Profile, Sizes.Length);
}
