using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Laddermill.Jobs;
using Laddermill.Packaging;
using Laddermill.Processes;
using Laddermill.Storage;
using Laddermill.Transcoding;

namespace Laddermill.Tests.Transcoding;

/// <summary>What a job has published in a folder, read back as a viewer would: by ffmpeg, through the playlists.</summary>
internal sealed class Published(string root, JobResult result)
{
    /// <summary>Two small rungs, and ranges of one segment, so that even short clips have seams.</summary>
    public const string SmallProfile = """
        { "extends": "default", "description": "small", "segments": { "segmentsPerRange": 1 },
          "video": { "rungs": [
            { "name": "180p", "width": 320, "height": 180, "maxBitrate": 400000, "crf": 23, "preset": "ultrafast", "encoderOptions": [], "threads": 1 },
            { "name": "90p", "width": 160, "height": 90, "maxBitrate": 200000, "crf": 23, "preset": "ultrafast", "encoderOptions": [], "threads": 1 } ] } }
        """;

    /// <summary>The same with ranges as long as usual: a start of ffmpeg for every segment takes its time.</summary>
    public static string LongRangeProfile { get; } =
        SmallProfile.Replace(
            "\"segmentsPerRange\": 1",
            "\"segmentsPerRange\": 10",
            StringComparison.Ordinal
        );

    public JobResult Result => result;

    public string Folder => Path.Join(root, result.Output.Name);

    public string Master => Path.Join(Folder, "master.m3u8");

    public string TransportMaster => Path.Join(Folder, "master-ts.m3u8");

    public string Manifest => Path.Join(Folder, "dash.mpd");

    public JsonNode Report => JsonNode.Parse(File.ReadAllText(Path.Join(Folder, "job.json")))!;

    public int PlannedFrames => (int)Report["plan"]!["video"]!["frames"]!;

    /// <summary>The plan's reason for its one decision about a subject.</summary>
    public string Why(string subject) =>
        (string)
            Report["plan"]!["decisions"]!
                .AsArray()
                .Single(decision => (string?)decision!["subject"] == subject)!["reason"]!;

    /// <summary>Every file under the destination, in order.</summary>
    public IEnumerable<string> Files =>
        Directory
            .EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(root, file))
            .Order(StringComparer.Ordinal);

    public static async Task<Published> MakeAsync(
        TestMedia media,
        string source,
        string profile = SmallProfile,
        string? destination = null,
        bool force = false,
        string? segments = null,
        CancellationToken? cancellation = null,
        Action<JobProgress>? progress = null,
        Func<IObjectStore, IObjectStore>? store = null
    )
    {
        destination ??= media.NewFolder();
        var token = cancellation ?? TestContext.Current.CancellationToken;
        var document = new JobDocument
        {
            Source = source,
            Destination = destination,
            Profile = profile.StartsWith('{') ? JsonNode.Parse(profile) : JsonValue.Create(profile),
            Force = force,
            Segments = segments,
        };
        var request = await JobRequest.OpenAsync(
            document,
            media.NewFolder(),
            TimeProvider.System,
            token,
            location =>
                store is null ? ObjectStores.Open(location) : store(ObjectStores.Open(location))
        );
        var listener = progress is null ? null : new Listener(progress);
        return new Published(
            destination,
            await new TranscodeJob(TimeProvider.System).RunAsync(request, listener, token)
        );
    }

    /// <summary>The folder of one rendition.</summary>
    public string Rendition(string name) => Path.Join(Folder, result.Revision, name);

    /// <summary>All fragments of a rendition, with their decode times.</summary>
    public async Task<List<(long Start, long Duration, bool IsSync)>> FragmentsAsync(string name)
    {
        byte[] joined =
        [
            .. File.ReadAllBytes(Path.Join(Rendition(name), "init.mp4")),
            .. Directory
                .GetFiles(Rendition(name), "*.m4s")
                .Order(StringComparer.Ordinal)
                .SelectMany(File.ReadAllBytes),
        ];
        var cancellation = TestContext.Current.CancellationToken;
        var reader = new FragmentReader(new MemoryStream(joined));
        await reader.ReadInitAsync(cancellation);
        var fragments = new List<(long, long, bool)>();
        while (await reader.ReadFragmentAsync(cancellation) is { } fragment)
        {
            fragments.Add((fragment.Start, fragment.Duration, fragment.First.IsSync));
        }
        return fragments;
    }

    /// <summary>Frames of each video stream that ffmpeg finds behind a playlist or manifest; any error of the decoder fails.</summary>
    public static async Task<ImmutableArray<int>> CountFramesAsync(string playlist, int streams)
    {
        var counts = ImmutableArray.CreateBuilder<int>();
        for (var stream = 0; stream < streams; stream++)
        {
            var output = await FfmpegAsync([
                .. Reading(playlist),
                "-map",
                $"0:v:{stream}",
                "-fps_mode",
                "passthrough",
                "-f",
                "framemd5",
                "pipe:1",
            ]);
            counts.Add(
                Encoding
                    .ASCII.GetString(output)
                    .Split('\n')
                    .Count(line => line.Length > 0 && line[0] != '#')
            );
        }
        return counts.ToImmutable();
    }

    /// <summary>When the picture turns bright and the sound loud, in seconds of what is published.</summary>
    public static async Task<(List<double> Flashes, List<double> Beeps)> FlashesAndBeepsAsync(
        string playlist,
        int stream,
        double frameRate
    )
    {
        var pictures = await FfmpegAsync([
            .. Reading(playlist),
            "-map",
            $"0:v:{stream}",
            "-vf",
            "scale=1:1:flags=area,format=gray",
            "-f",
            "rawvideo",
            "pipe:1",
        ]);
        var sound = await FfmpegAsync([
            .. Reading(playlist),
            "-map",
            "0:a:0",
            "-ac",
            "1",
            "-ar",
            "48000",
            "-f",
            "u8",
            "pipe:1",
        ]);
        return (
            Rises(pictures, value => value > 128, frameRate, quiet: 1),
            Rises(sound, value => Math.Abs(value - 128) > 16, 48_000, quiet: 4800)
        );
    }

    /// <summary>EBU R128 loudness (LUFS) and true peak (dBTP) of the first sound behind a playlist.</summary>
    public static async Task<(double Integrated, double Peak)> MeasureLoudnessAsync(string playlist)
    {
        var command = new ToolCommand(
            "ffmpeg",
            [
                .. "-nostdin -hide_banner -nostats -v info".Split(' '),
                .. Reading(playlist),
                .. "-map 0:a:0 -af ebur128=peak=true:framelog=verbose -f null -".Split(' '),
            ]
        );
        await using var tool = ToolProcess.Start(
            command,
            cancellationToken: TestContext.Current.CancellationToken
        );
        var lines = (await tool.EnsureSuccessAsync("Measuring failed.")).ErrorTail;
        return (Number("I:"), Number("Peak:"));

        double Number(string word) =>
            double.Parse(
                lines
                    .Last(line => line.TrimStart().StartsWith(word, StringComparison.Ordinal))
                    .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
                System.Globalization.CultureInfo.InvariantCulture
            );
    }

    /// <summary>SSIM of each frame of the best rendition against the source.</summary>
    public async Task<List<double>> SimilarityAsync(string source)
    {
        var log = Path.Join(Folder, "ssim.log");
        await FfmpegAsync([
            .. Reading(Master),
            "-i",
            source,
            "-lavfi",
            $"[0:v:0][1:v:0]ssim=stats_file={log}",
            "-f",
            "null",
            "-",
        ]);
        var lines = await File.ReadAllLinesAsync(log, TestContext.Current.CancellationToken);
        return
        [
            .. lines.Select(line =>
                double.Parse(
                    line.Split("All:")[1].Split(' ')[0],
                    System.Globalization.CultureInfo.InvariantCulture
                )
            ),
        ];
    }

    /// <summary>ffmpeg's standard output; a failure and any word of complaint fail the test.</summary>
    public static async Task<byte[]> FfmpegAsync(params ImmutableArray<string> arguments)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var command = new ToolCommand("ffmpeg", ["-nostdin", "-v", "error", .. arguments]);
        await using var tool = ToolProcess.Start(
            command,
            ToolOutput.Captured,
            cancellationToken: cancellation
        );
        using var output = new MemoryStream();
        await tool.StandardOutput.CopyToAsync(output, cancellation);
        var exit = await tool.EnsureSuccessAsync("Reading what was published failed.");
        Assert.Empty(exit.ErrorTail);
        return output.ToArray();
    }

    public static string[] Reading(string playlist) =>
        playlist.EndsWith(".m3u8", StringComparison.Ordinal)
            ? ["-allowed_extensions", "ALL", "-i", playlist]
            : ["-i", playlist];

    private static List<double> Rises(
        byte[] values,
        Func<byte, bool> isHigh,
        double rate,
        int quiet
    )
    {
        var (rises, low) = (new List<double>(), quiet);
        for (var index = 0; index < values.Length; index++)
        {
            if (!isHigh(values[index]))
            {
                low++;
                continue;
            }
            if (low >= quiet)
            {
                rises.Add(index / rate);
            }
            low = 0;
        }
        return rises;
    }

    private sealed class Listener(Action<JobProgress> report) : IProgress<JobProgress>
    {
        public void Report(JobProgress value) => report(value);
    }
}
