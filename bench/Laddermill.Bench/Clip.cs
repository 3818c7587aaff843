using System.Globalization;

namespace Laddermill.Bench;

/// <summary>A film to measure with: of steady rate, at least some seconds long, with sound.</summary>
/// <param name="Name">What the tables call it.</param>
/// <param name="Path">Where it lies.</param>
/// <param name="FrameRate">Frames/s as ffmpeg writes it, such as <c>30000/1001</c>.</param>
internal sealed record Clip(string Name, string Path, string FrameRate)
{
    /// <summary>Real ones of the corpus that are good to encode.</summary>
    private static readonly IReadOnlyList<string> OfCorpus =
    [
        "npm_startbootstrap4_bg1080p.mp4",
        "encore_test_stereo_1080p_422_10bit_96k.mp4",
        "npm_vide_ocean720p.mp4",
        "mdn_tears-of-steel-battle.webm",
    ];

    // With the words in the file, so that nobody who compares has to guess.
    private const string Bt709 = "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p";

    /// <summary>Made here: fine detail in front of a camera that is swung fast, with the grain of a small sensor.</summary>
    private static readonly IReadOnlyList<(string Name, string Source)> Made =
    [
        (
            "made: grain and fast motion",
            $"mandelbrot=size=3840x2160:rate=30:start_scale=0.9:end_scale=0.8:end_pts=3000:maxiter=600,crop=1920:1080:x='960+900*sin(1.9*t)':y='540+500*cos(1.3*t)',{Bt709},noise=alls=4:allf=t"
        ),
    ];

    /// <summary>
    /// Clips are copied, over and over until they are long enough, not encoded again: with a tone where they have no sound. Each is made when it is wanted.
    /// </summary>
    /// <param name="given">Files, and folders of them; where there are none, the corpus if it is there.</param>
    /// <param name="seconds">Shorter ones are repeated as often as it takes, longer ones cut.</param>
    public static IReadOnlyList<(
        string Name,
        Func<CancellationToken, Task<Clip>> PrepareAsync
    )> Choose(IReadOnlyList<string> given, int seconds, string work) =>
        [
            .. Files(given)
                .Select(file =>
                    (
                        System.IO.Path.GetFileName(file),
                        (Func<CancellationToken, Task<Clip>>)(
                            cancellation => LoopedAsync(file, seconds, work, cancellation)
                        )
                    )
                ),
            .. Made.Where(made => given.Count == 0 || given.Contains(made.Name))
                .Select(made =>
                    (
                        made.Name,
                        (Func<CancellationToken, Task<Clip>>)(
                            cancellation =>
                                MakeAsync(made.Name, made.Source, seconds, work, cancellation)
                        )
                    )
                ),
        ];

    private static IEnumerable<string> Files(IReadOnlyList<string> given)
    {
        if (given.Count == 0)
        {
            var corpus =
                Environment.GetEnvironmentVariable("LADDERMILL_CORPUS")
                ?? System.IO.Path.Combine("..", "shared", "corpus");
            return OfCorpus
                .Select(name => System.IO.Path.Combine(corpus, "files", name))
                .Where(File.Exists);
        }
        return given
            .Where(name => !name.StartsWith("made:", StringComparison.Ordinal))
            .SelectMany(
                IEnumerable<string> (name) =>
                    Directory.Exists(name) ? Directory.GetFiles(name).Order() : [name]
            );
    }

    private static async Task<Clip> LoopedAsync(
        string file,
        int seconds,
        string work,
        CancellationToken cancellation
    )
    {
        var name = System.IO.Path.GetFileName(file);
        var length = await Tool.NumberAsync(
            ["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", file],
            cancellation
        );
        var sound = await Tool.ReadAsync(
            [
                .. Words(
                    "ffprobe -v error -select_streams a:0 -show_entries stream=index -of csv=p=0"
                ),
                file,
            ],
            cancellation
        );
        var codec = await Tool.ReadAsync(
            [
                .. Words(
                    "ffprobe -v error -select_streams v:0 -show_entries stream=codec_name -of csv=p=0"
                ),
                file,
            ],
            cancellation
        );
        // Pictures have to begin at 0, or most shapes would show the first one twice. Matroska cannot hide what an AAC encoder puts in front.
        var (extension, encoder) = codec.Trim() is "vp8" or "theora"
            ? (".mkv", "flac")
            : (".mp4", "aac");
        var (looped, clip) = (
            System.IO.Path.Combine(work, "looped" + extension),
            System.IO.Path.Combine(work, name + extension)
        );
        var loops = Math.Max(0, (int)Math.Ceiling(seconds / length) - 1);
        // A copy that is cut in the middle of a GOP lacks pictures at its end.
        var end = loops == 0 ? seconds : length * (loops + 1);
        await Tool.ReadAsync(
            [
                .. Words($"ffmpeg -nostdin -v error -y -stream_loop {loops} -i"),
                file,
                .. Words(
                    $"-f lavfi -i sine=frequency=440:sample_rate=48000 -t {end.ToString(CultureInfo.InvariantCulture)}"
                ),
                .. Words(
                    $"-map 0:v:0 -map {(sound.Length > 0 ? "0" : "1")}:a:0 -c:a {encoder} -c:v copy"
                ),
                looped,
            ],
            cancellation
        );
        await Tool.ReadAsync(
            [
                .. Words("ffmpeg -nostdin -v error -y -i"),
                looped,
                .. Words("-map 0:v -map 0:a -c copy"),
                .. extension == ".mp4" ? await SeamlessAsync(looped, cancellation) : [],
                clip,
            ],
            cancellation
        );
        File.Delete(looped);
        return new Clip(name, clip, await RateAsync(clip, cancellation));
    }

    /// <summary>Repeating a file leaves a gap of less than a frame, which no real film has. All frames of these are equally long.</summary>
    private static async Task<string[]> SeamlessAsync(string file, CancellationToken cancellation)
    {
        var answer = await Tool.ReadAsync(
            [
                .. Words(
                    "ffprobe -v error -select_streams v:0 -show_entries stream=r_frame_rate,time_base -of csv=p=0"
                ),
                file,
            ],
            cancellation
        );
        var numbers = answer
            .Trim()
            .Split(',', '/')
            .Select(number => long.Parse(number, CultureInfo.InvariantCulture))
            .ToArray();
        // Ticks of a frame: rate and tick are fractions.
        var frame = numbers[1] * numbers[3] / (numbers[0] * numbers[2]);
        return
        [
            "-bsf:v",
            $"setts=dts=N*{frame}+STARTDTS:pts=N*{frame}+STARTDTS+PTS-DTS:duration={frame}",
        ];
    }

    private static async Task<Clip> MakeAsync(
        string name,
        string source,
        int seconds,
        string work,
        CancellationToken cancellation
    )
    {
        var clip = System.IO.Path.Combine(
            work,
            name.Replace(": ", "-", StringComparison.Ordinal) + ".mp4"
        );
        await Tool.ReadAsync(
            [
                .. Words("ffmpeg -nostdin -v error -y -filter_complex"),
                source + "[v]",
                .. Words($"-f lavfi -i sine=frequency=440:sample_rate=48000 -t {seconds}"),
                .. Words("-map [v] -map 0:a -c:a aac -c:v libx264 -preset superfast -crf 16"),
                // A telephone's and a camera's films have some 25 Mbit/s.
                .. Words("-maxrate 25M -bufsize 25M"),
                .. Words("-colorspace bt709 -color_primaries bt709 -color_trc bt709"),
                clip,
            ],
            cancellation
        );
        return new Clip(name, clip, await RateAsync(clip, cancellation));
    }

    private static async Task<string> RateAsync(string file, CancellationToken cancellation) =>
        (
            await Tool.ReadAsync(
                [
                    .. Words(
                        "ffprobe -v error -select_streams v:0 -show_entries stream=avg_frame_rate -of csv=p=0"
                    ),
                    file,
                ],
                cancellation
            )
        )
            .Trim()
            .TrimEnd(',');

    private static string[] Words(string words) => words.Split(' ');
}
