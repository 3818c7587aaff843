using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Laddermill.Jobs;
using Laddermill.Transcoding;

namespace Laddermill.Tests.Players;

/// <summary>Something to play: published by a real job from a clip whose pictures carry their own number.</summary>
/// <param name="Folder">Holds <c>master.m3u8</c> and <c>dash.mpd</c>.</param>
/// <param name="Sizes">Of the renditions, in ascending order; empty for sound alone.</param>
public sealed record Film(string Folder, int Frames, ImmutableArray<(int Width, int Height)> Sizes)
{
    /// <summary>Frames per second.</summary>
    public const int Rate = 25;

    private static readonly ConcurrentDictionary<FilmRecipe, Lazy<Task<Film>>> Made = new();

    public double Seconds => (double)Frames / Rate;

    /// <summary>The same film is made once.</summary>
    public static Task<Film> MakeAsync(TestMedia media, FilmRecipe recipe) =>
        Made.GetOrAdd(recipe, _ => new(() => TranscodeAsync(media, recipe))).Value;

    private static async Task<Film> TranscodeAsync(TestMedia media, FilmRecipe recipe)
    {
        var source = await media.ClipAsync("film.mp4", recipe.SourceArguments(Rate));
        var document = new JobDocument
        {
            Source = source,
            Destination = media.NewFolder(),
            Profile = JsonNode.Parse(recipe.Profile),
        };
        var cancellation = TestContext.Current.CancellationToken;
        var clock = TimeProvider.System;
        var folder = Path.GetDirectoryName(source)!;
        var request = await JobRequest.OpenAsync(document, folder, clock, cancellation);
        var result = await new TranscodeJob(clock).RunAsync(request, null, cancellation);
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
    /// <summary>Three small rungs, as far apart as a real ladder's.</summary>
    public static FilmRecipe Small { get; } =
        new(
            30,
            [(320, 180), (480, 270), (640, 360)],
            OfRungs((640, 360, 900), (480, 270, 450), (320, 180, 200))
        );

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
        var sound = $"sine=frequency=440:duration={Seconds}";
        if (Sizes.IsEmpty)
        {
            return ["-f", "lavfi", "-i", sound, "-c:a", "aac", "-ac", "2"];
        }
        var (width, height) = Sizes[^1];
        return
        [
            "-f",
            "lavfi",
            "-i",
            $"testsrc2=size={width}x{height}:rate={rate}:duration={Seconds},noise=alls=12:allf=t,{Numbers(width)}",
            "-f",
            "lavfi",
            "-i",
            sound,
            .. "-c:v libx264 -preset ultrafast -crf 16 -pix_fmt yuv420p -c:a aac -ac 2".Split(' '),
        ];
    }

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
        && (Seconds, Profile) == (other.Seconds, other.Profile)
        && Sizes.SequenceEqual(other.Sizes);

    public override int GetHashCode() => HashCode.Combine(Seconds, Profile, Sizes.Length);
}
