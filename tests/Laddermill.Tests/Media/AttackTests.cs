using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Laddermill.Media;
using Laddermill.Processes;
using Laddermill.Tests.Cli;
using Laddermill.Tests.Processes;

namespace Laddermill.Tests.Media;

/// <summary>
/// The attack files of the corpus, with a clip beside them that must not be read, and listeners on the ports that they name.
/// </summary>
[Collection(nameof(AttackTests))]
public sealed class AttackTests(TestMedia media)
{
    private const int Limit = 120_000;

    /// <summary>The port that the playlists of the corpus name; and where a receiver of the session description would send its reports (RTCP).</summary>
    private const int Http = 18999;

    internal static readonly string[] Attacks =
    [
        "attack_ffconcat_passwd.mp4",
        "attack_hls_file_etc_passwd.mp4",
        "attack_hls_http_loopback.mp4",
        "attack_hls_neighbour_media.mp4",
        "attack_png_bomb_20000x20000.png",
        "attack_sdp_loopback.mp4",
        "ax_bomb_16000x9000.webp",
    ];

    [Theory(Timeout = Limit)]
    [InlineData("auto")]
    [InlineData("landlock")]
    [InlineData("off")]
    public async Task An_attack_is_refused_with_a_code_and_leaves_no_trace(string sandbox)
    {
        var folder = await PrepareAsync();
        using var ports = new Listeners();
        using var canary = new Canary(folder);
        foreach (var name in Attacks)
        {
            var destination = media.NewFolder();
            var before = Directory.GetFiles(folder).Order();

            var end = await Ran.Async(
                "transcode",
                Path.Combine(folder, name),
                destination,
                "--sandbox",
                sandbox,
                "--progress",
                "none"
            );

            Assert.Equal(3, end.Code);
            Assert.Matches(
                name.StartsWith("attack_png", StringComparison.Ordinal)
                || name.Contains("bomb", StringComparison.Ordinal)
                    ? @"\(limit-pixels\)"
                    : @"\(hostile-playlist\)",
                end.Error
            );
            Assert.DoesNotContain("root:", end.Error, StringComparison.Ordinal);
            Assert.Equal(before, Directory.GetFiles(folder).Order());
            Assert.DoesNotContain(
                Directory.EnumerateFiles(destination, "*", SearchOption.AllDirectories),
                file => !file.Contains("/.laddermill/", StringComparison.Ordinal)
            );
            Assert.True(ports.AreUntouched);
        }
        // Attacks are read; nothing else is, and nothing is made.
        Assert.Equal(Attacks.Order(), (await canary.HeardAsync()).Order());
    }

    [Theory(Timeout = Limit)]
    [InlineData(SandboxMode.Auto)]
    [InlineData(SandboxMode.Landlock)]
    [InlineData(SandboxMode.Off)]
    public async Task Past_the_sniffer_the_whitelists_refuse_every_attack_too(SandboxMode mode)
    {
        Sandbox.Choose(mode);
        var folder = await PrepareAsync();
        using var ports = new Listeners();
        foreach (var name in Attacks)
        {
            var input = MediaInput.FromFile(Path.Combine(folder, name));
            var (exit, output) = await RunAsync(
                FfprobeCommand.For(input, ["-show_format", "-show_streams", "-show_packets"])
            );
            Assert.NotEqual(0, exit.ExitCode);
            Assert.DoesNotContain("mpeg4", output, StringComparison.Ordinal);
            Assert.Contains(
                exit.ErrorTail,
                line => line.Contains("not on whitelist", StringComparison.Ordinal)
            );
            Assert.True(ports.AreUntouched);
        }
    }

    [Theory(Timeout = Limit)]
    [InlineData(SandboxMode.Auto)]
    [InlineData(SandboxMode.Landlock)]
    public async Task With_all_whitelists_off_the_sandbox_alone_keeps_the_neighbour_from_being_read(
        SandboxMode mode
    )
    {
        SandboxTests.Require(mode);
        var folder = await PrepareAsync();
        var path = Path.Combine(folder, "attack_hls_neighbour_media.mp4");
        var open = new ToolCommand(
            "ffprobe",
            ["-v", "error", "-show_entries", "stream=codec_name", "-i", $"file:{path}"]
        );

        var (_, unconfined) = await RunAsync(open);
        var (exit, confined) = await RunAsync(
            open with
            {
                Confinement = MediaInput.FromFile(path).Confine(),
            }
        );

        // Without the first half the second proves nothing: stock ffprobe does read the neighbour.
        Assert.Contains("mpeg4", unconfined, StringComparison.Ordinal);
        Assert.NotEqual(0, exit.ExitCode);
        Assert.DoesNotContain("mpeg4", confined, StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit)]
    [InlineData(SandboxMode.Auto)]
    [InlineData(SandboxMode.Landlock)]
    public async Task With_all_protocols_allowed_the_sandbox_alone_keeps_a_listener_from_being_reached(
        SandboxMode mode
    )
    {
        SandboxTests.Require(mode);
        var folder = await PrepareAsync();
        using var ports = new Listeners();
        var path = Path.Combine(folder, "attack_hls_http_loopback.mp4");
        var command = new ToolCommand(
            "ffprobe",
            ["-v", "error", "-protocol_whitelist", "file,http,tcp", "-i", $"file:{path}"]
        )
        {
            Confinement = MediaInput.FromFile(path).Confine(),
        };

        var (exit, _) = await RunAsync(command);

        Assert.NotEqual(0, exit.ExitCode);
        Assert.True(ports.AreUntouched);
    }

    /// <summary>Names that ffmpeg would take for protocols, numbered pictures or options, and names that are merely hard to write.</summary>
    [Theory(Timeout = Limit)]
    [InlineData("concat:a.mp4|secret.ts")]
    [InlineData("subfile,,start,0,end,9,,:secret.ts")]
    [InlineData("http:localhost.mp4")]
    [InlineData("data:text,x.mp4")]
    [InlineData("-i.mp4")]
    [InlineData("two\nlines.mp4")]
    [InlineData("映画 🎬 $(id) `id`.mp4")]
    public async Task A_name_is_never_more_than_a_name(string name)
    {
        var folder = await PrepareAsync();
        var path = Path.Combine(folder, name);
        File.Copy(await media.VideoAsync(), path);
        foreach (var mode in Enum.GetValues<SandboxMode>())
        {
            Sandbox.Choose(mode);
            var info = await new Probe(TimeProvider.System).ReadAsync(
                MediaInput.FromFile(path),
                TestContext.Current.CancellationToken
            );
            Assert.Equal((320, "h264"), (info.MainVideo!.Width, info.MainVideo.Codec));
        }
    }

    [Theory(Timeout = Limit)]
    [InlineData("a%03d.png")]
    [InlineData("what?.gif")]
    [InlineData("{a,b}*.jpg")]
    [InlineData("film.raw")]
    [InlineData("film.jpeg")]
    public async Task A_name_is_no_pattern_of_pictures(string name)
    {
        var path = Path.Combine(media.NewFolder(), name);
        File.Copy(await media.VideoAsync(), path);

        var end = await Ran.Async("probe", path, "--json");

        Assert.True(end.Code == 0, end.Error);
        Assert.Contains("h264", end.Output, StringComparison.Ordinal);
    }

    /// <summary>The attacks in a folder of their own, beside a real clip named as one of them names it.</summary>
    private async Task<string> PrepareAsync()
    {
        var folder = media.NewFolder();
        var secret = await media.ClipAsync(
            "secret.ts",
            [.. "-f lavfi -i testsrc2=size=128x72:rate=25:duration=1 -c:v mpeg4".Split(' ')]
        );
        File.Copy(secret, Path.Combine(folder, "secret.ts"));
        foreach (var name in Attacks)
        {
            File.Copy(TestMedia.CorpusFile(name), Path.Combine(folder, name));
        }
        return folder;
    }

    private static async Task<(ToolExit Exit, string Output)> RunAsync(ToolCommand command)
    {
        var timeout = TestContext.Current.CancellationToken;
        await using var tool = ToolProcess.Start(command, ToolOutput.Captured, null, timeout);
        var output = await new StreamReader(tool.StandardOutput, Encoding.UTF8).ReadToEndAsync(
            timeout
        );
        return (await tool.Completion, output);
    }

    /// <summary>Hears of every read of the clip beside the attacks, by whatever process (inotify).</summary>
    private sealed class Canary : IDisposable
    {
        private const string Last = "last";

        private readonly FileSystemWatcher watcher;
        private readonly Channel<string> touched = Channel.CreateUnbounded<string>();

        public Canary(string folder)
        {
            File.WriteAllText(Path.Combine(folder, Last), "x");
            watcher = new FileSystemWatcher(folder)
            {
                NotifyFilter =
                    NotifyFilters.LastAccess | NotifyFilters.LastWrite | NotifyFilters.FileName,
            };
            watcher.Changed += (_, change) => touched.Writer.TryWrite(change.Name!);
            watcher.Created += (_, change) => touched.Writer.TryWrite($"new: {change.Name}");
            watcher.EnableRaisingEvents = true;
        }

        /// <summary>Reads a file itself at the end: events come in order, and without it the silence would prove nothing.</summary>
        /// <returns>What was read or written before.</returns>
        public async Task<IReadOnlySet<string>> HeardAsync()
        {
            var timeout = TestContext.Current.CancellationToken;
            await File.ReadAllTextAsync(Path.Combine(watcher.Path, Last), timeout);
            var heard = new HashSet<string>();
            while (await touched.Reader.ReadAsync(timeout) is var name && name != Last)
            {
                heard.Add(name);
            }
            return heard;
        }

        public void Dispose() => watcher.Dispose();
    }

    internal sealed class Listeners : IDisposable
    {
        private readonly TcpListener tcp = new(IPAddress.Loopback, Http);
        private readonly UdpClient udp = new(new IPEndPoint(IPAddress.Loopback, Http));

        public Listeners() => tcp.Start();

        public bool AreUntouched => !tcp.Pending() && udp.Available == 0;

        public void Dispose()
        {
            tcp.Dispose();
            udp.Dispose();
        }
    }
}
