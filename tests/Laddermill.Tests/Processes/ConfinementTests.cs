using System.Text.RegularExpressions;

namespace Laddermill.Tests.Processes;

/// <summary>
/// No ffmpeg or ffprobe is started but shut in: what it may reach comes from the source that it reads (<c>input.Confine</c>), or it has our pipes
/// and sockets only.
/// </summary>
public sealed partial class ConfinementTests
{
    /// <summary>Makes a sample from ffmpeg's own generators and writes a file: it reads nothing that others made.</summary>
    private static readonly string[] Trusted = ["DemoSample.cs"];

    [Fact]
    public void Every_start_of_ffmpeg_and_ffprobe_is_confined()
    {
        var files = Directory
            .EnumerateFiles(Repository.PathTo("src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !Trusted.Contains(Path.GetFileName(file)))
            .ToDictionary(file => file, File.ReadAllText);

        Assert.True(files.Values.Sum(text => Starts().Count(text)) >= 4);
        Assert.Empty(
            files.SelectMany(file =>
                Unconfined(file.Value).Select(start => $"{file.Key} starts {start} unconfined.")
            )
        );
    }

    [Theory]
    [InlineData("""new ToolCommand("ffmpeg", [.. x]) { Package = "ffmpeg" };""")]
    [InlineData("""new ToolCommand("ffprobe", [.. x]);""")]
    [InlineData("""new ToolCommand( "ffmpeg", x) { Confinement = null };""")]
    [InlineData("""ToolCommand a = new("ffprobe", x); b = input.Confine();""")]
    [InlineData("""new ToolCommand("/usr/bin/ffmpeg", x);""")]
    [InlineData("""new ProcessStartInfo("ffmpeg");""")]
    public void A_start_that_is_not_confined_is_found(string text) =>
        Assert.Single(Unconfined(text));

    [Theory]
    [InlineData(
        """new ToolCommand("ffmpeg", [.. x]) { Confinement = input.Confine(sockets.Folder) };"""
    )]
    [InlineData("""new("ffprobe", ["-i"]) { Confinement = Confinement.Pipes, };""")]
    [InlineData(
        """new ToolCommand("ffmpeg", x) { Confinement = new Confinement([], [folder]) };"""
    )]
    [InlineData("""new ToolCommand("ffplay", [playlist]);""")]
    public void A_start_that_is_confined_and_another_tool_are_not(string text) =>
        Assert.Empty(Unconfined(text));

    /// <summary>A start reaches to the end of its statement.</summary>
    private static IEnumerable<string> Unconfined(string text) =>
        Starts()
            .Matches(text)
            .Where(start => !IsConfined().IsMatch(start.Value))
            .Select(start => start.Groups[1].Value);

    [GeneratedRegex("""new(?:\s+\w+)?\(\s*"(?:[^"]*/)?(ffmpeg|ffprobe)"[^;]*;""")]
    private static partial Regex Starts();

    [GeneratedRegex(
        @"\bConfinement = (?:\w+\.Confine\(|Confinement\.Pipes\b|new Confinement\(\[\])"
    )]
    private static partial Regex IsConfined();
}
