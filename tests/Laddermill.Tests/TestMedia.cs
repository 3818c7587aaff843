using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Laddermill.Processes;

[assembly: AssemblyFixture(typeof(Laddermill.Tests.TestMedia))]

namespace Laddermill.Tests;

/// <summary>
/// Media for tests: clips made by ffmpeg's own sources, each made once per run in a folder that is removed afterwards, and the corpus of
/// real files where it is present. A test class asks for it in its constructor.
/// </summary>
public sealed class TestMedia : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("laddermill-clips-");
    private readonly ConcurrentDictionary<string, Lazy<Task<string>>> clips = new();

    /// <summary>The folder of saved inputs and expected outputs.</summary>
    public static string Assets { get; } = Repository.PathTo("tests", "testassets");

    /// <summary>Made by hand in tests that need a file and no ffmpeg.</summary>
    public string NewFolder() => folder.CreateSubdirectory(Path.GetRandomFileName()).FullName;

    /// <summary>Runs ffmpeg with these arguments and the file's path at their end; the same clip is made once.</summary>
    /// <param name="fileName">Its extension chooses the container.</param>
    /// <returns>The full path.</returns>
    public Task<string> ClipAsync(string fileName, params ImmutableArray<string> arguments)
    {
        var key = Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', arguments)))
        )[..16];
        return clips
            .GetOrAdd($"{key}/{fileName}", name => new(() => MakeAsync(name, arguments)))
            .Value;
    }

    /// <summary>A moving test picture, H.264 4:2:0, with a stereo tone.</summary>
    /// <param name="fileName">Its extension chooses the container.</param>
    public Task<string> VideoAsync(
        string fileName = "clip.mp4",
        string size = "320x180",
        string rate = "25",
        int seconds = 2
    ) =>
        ClipAsync(
            fileName,
            [
                .. $"-f lavfi -i testsrc2=size={size}:rate={rate}:duration={seconds}".Split(' '),
                .. $"-f lavfi -i sine=frequency=440:duration={seconds}".Split(' '),
                .. "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac -ac 2".Split(' '),
            ]
        );

    /// <summary>A white picture and a tone of 1 kHz for the first tenth of every second, else black and silent.</summary>
    /// <param name="more">Further options of ffmpeg, parted by spaces.</param>
    public Task<string> FlashAndBeepAsync(
        string fileName,
        int seconds,
        string more = "",
        string rate = "25"
    ) =>
        ClipAsync(
            fileName,
            [
                .. $"-f lavfi -i color=black:size=320x180:rate={rate}:duration={seconds}".Split(
                    ' '
                ),
                .. $"-f lavfi -i aevalsrc=exprs=0.7*sin(2*PI*1000*t)*lt(mod(t\\,1)\\,0.1):s=48000:d={seconds}".Split(
                    ' '
                ),
                .. "-vf drawbox=color=white:t=fill:enable=lt(mod(t\\,1)\\,0.1)".Split(' '),
                .. "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 25 -c:a aac -ac 2".Split(
                    ' '
                ),
                .. more.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            ]
        );

    /// <summary>The corpus; the test is skipped where there is none.</summary>
    public static string Corpus
    {
        get
        {
            var corpus =
                Environment.GetEnvironmentVariable("LADDERMILL_CORPUS")
                ?? Path.GetFullPath(Repository.PathTo("../shared/corpus"));
            Assert.SkipUnless(
                File.Exists(Path.Combine(corpus, "MANIFEST.tsv")),
                $"There is no corpus of real files in {corpus}; LADDERMILL_CORPUS says where it is."
            );
            return corpus;
        }
    }

    /// <summary>A file of the corpus; the test is skipped where there is none.</summary>
    public static string CorpusFile(string name) => Path.Combine(Corpus, "files", name);

    public void Dispose() => folder.Delete(recursive: true);

    private async Task<string> MakeAsync(string name, ImmutableArray<string> arguments)
    {
        var path = Path.Combine(folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var command = new ToolCommand(
            "ffmpeg",
            ["-hide_banner", "-v", "error", "-nostdin", .. arguments, path]
        )
        {
            Package = "ffmpeg",
        };
        await using var tool = ToolProcess.Start(command);
        await tool.EnsureSuccessAsync($"Could not make the test clip '{name}'.");
        return path;
    }
}
