using System.Text;
using System.Text.Json;
using Laddermill.Media;

namespace Laddermill.Tests.Media;

/// <summary>What ffprobe said about clips of ours (testassets/ffprobe/make.sh), and all that we read from it.</summary>
public sealed class FfprobeGoldenTests
{
    private static readonly byte[][] Damage =
    [
        .. "0 -1 9 \" } / 99999999999999999999 null 1e400"
            .Split(' ')
            .Select(Encoding.UTF8.GetBytes),
    ];

    private static readonly string Folder = Path.Combine(TestMedia.Assets, "ffprobe");

    public static TheoryData<string> Cases =>
        [.. Directory.GetDirectories(Folder).Select(folder => Path.GetFileName(folder)).Order()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_fact_is_read_as_expected(string name)
    {
        var written = JsonSerializer.Serialize(Read(name), MediaJson.Default.MediaInfo);
        var expected = Path.Combine(Folder, name, "expected.json");
        Assert.Equal(File.ReadAllText(expected).TrimEnd(), written);
    }

    /// <summary>A fixed seed: the same ten thousand damaged answers each time.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void A_damaged_answer_is_read_or_refused_and_breaks_nothing(string name)
    {
        var random = new Random(20261123);
        var json = File.ReadAllBytes(Path.Combine(Folder, name, "ffprobe.json"));
        for (var i = 0; i < 1500; i++)
        {
            var at = random.Next(json.Length);
            byte[] damaged =
            [
                .. json[..at],
                .. Damage[random.Next(Damage.Length)],
                .. json[(at + 1)..],
            ];
            try
            {
                _ = JsonSerializer.Serialize(
                    FfprobeReader.Read(damaged, name),
                    MediaJson.Default.MediaInfo
                );
            }
            catch (RejectedException refusal)
            {
                Assert.Contains(refusal.Code, (string[])["not-media", "no-media-streams"]);
            }
        }
    }

    private static MediaInfo Read(string name)
    {
        var info = FfprobeReader.Read(
            File.ReadAllBytes(Path.Combine(Folder, name, "ffprobe.json")),
            name
        );
        var frames = Path.Combine(Folder, name, "frames.json");
        return File.Exists(frames)
            ? FirstFramesReader.Add(info, info.MainVideo!.Index, File.ReadAllBytes(frames), name)
            : info;
    }
}
