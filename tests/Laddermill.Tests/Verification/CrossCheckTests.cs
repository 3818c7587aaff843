using System.Text.Json;
using Laddermill.Processes;

namespace Laddermill.Tests.Verification;

/// <summary>Readers that we did not write (m3u8-parser, mpd-parser, mp4box) give the values that ours gives.</summary>
public sealed class CrossCheckTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("laddermill-");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory(Timeout = 300_000)]
    [InlineData(nameof(Outputs.Good), "audio-eng-2ch/init.mp4.codec")]
    [InlineData(nameof(Outputs.Cinema), "audio-fra-2ch/init.mp4.codec")]
    [InlineData(nameof(Outputs.Subtitled), "dash subtitles-eng.file")]
    [InlineData(nameof(Outputs.Transport), "ts-audio-fra-2ch/playlist.m3u8.target")]
    public async Task Other_readers_find_the_same_values(string fixture, string among)
    {
        var project = await NpmProject.InstallAsync("crosscheck");
        var output = await Outputs.Of(fixture);
        foreach (var (path, bytes) in output)
        {
            var file = Path.Combine(folder.FullName, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
        }

        var theirs = await ReadAsync(Path.Combine(project, "read.mjs"));
        var ours = await OurReading.OfAsync(new MemoryOutput(output));

        Assert.True(theirs.Count > 300, $"only {theirs.Count} values");
        Assert.Contains(theirs.Keys, key => key.EndsWith(among, StringComparison.Ordinal));
        Assert.Equal(theirs, ours);
    }

    private async Task<SortedDictionary<string, string>> ReadAsync(string script)
    {
        await using var process = ToolProcess.Start(
            new ToolCommand("node", [script, folder.FullName]),
            ToolOutput.Captured,
            cancellationToken: TestContext.Current.CancellationToken
        );
        using var document = await JsonDocument.ParseAsync(
            process.StandardOutput,
            cancellationToken: TestContext.Current.CancellationToken
        );
        await process.EnsureSuccessAsync("read.mjs failed.");
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in document.RootElement.EnumerateObject())
        {
            values[property.Name] =
                property.Value.ValueKind == JsonValueKind.Number
                    ? OurReading.Number(property.Value.GetDouble())
                    : property.Value.ToString().Replace("True", "true").Replace("False", "false");
        }
        return values;
    }
}
