using Laddermill.Processes;

namespace Laddermill.Server.Tests.TestServers;

/// <summary>Small real films.</summary>
internal static class Films
{
    /// <summary>A moving test picture with two tones, in English and German, and subtitles in both.</summary>
    public static async Task<byte[]> MakeBilingualAsync(int seconds)
    {
        var folder = Directory.CreateTempSubdirectory("laddermill-film-");
        try
        {
            foreach (
                var (language, words) in ((string, string)[])[("en", "Hello"), ("de", "Guten Tag")]
            )
            {
                await File.WriteAllTextAsync(
                    Path.Combine(folder.FullName, $"{language}.srt"),
                    $"1\n00:00:00,000 --> 00:00:{seconds - 1},000\n{words}\n",
                    TestContext.Current.CancellationToken
                );
            }
            await using var tool = ToolProcess.Start(
                new ToolCommand(
                    "ffmpeg",
                    [
                        .. FormattableString
                            .Invariant(
                                $"-nostdin -loglevel error -f lavfi -i testsrc2=size=1280x720:rate=25:duration={seconds} -f lavfi -i sine=frequency=440:duration={seconds} -f lavfi -i sine=frequency=880:duration={seconds}"
                            )
                            .Split(' '),
                        .. "-i en.srt -i de.srt -map 0 -map 1 -map 2 -map 3 -map 4 -c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac -c:s srt".Split(
                            ' '
                        ),
                        .. "-metadata:s:a:0 language=eng -metadata:s:a:1 language=ger -metadata:s:s:0 language=eng -metadata:s:s:1 language=ger film.mkv".Split(
                            ' '
                        ),
                    ]
                )
                {
                    WorkingDirectory = folder.FullName,
                }
            );
            await tool.EnsureSuccessAsync("The film for the test was not made.");
            return await File.ReadAllBytesAsync(
                Path.Combine(folder.FullName, "film.mkv"),
                TestContext.Current.CancellationToken
            );
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>A moving test picture with a tone.</summary>
    /// <param name="seconds">Length.</param>
    /// <param name="tone">Hertz: another one makes another film.</param>
    public static async Task<byte[]> MakeAsync(double seconds = 1, int tone = 440, int height = 180)
    {
        var path = Path.Combine(Path.GetTempPath(), $"laddermill-{Guid.NewGuid():n}.mp4");
        try
        {
            await using var tool = ToolProcess.Start(
                new ToolCommand(
                    "ffmpeg",
                    [
                        .. FormattableString
                            .Invariant(
                                $"-nostdin -loglevel error -f lavfi -i testsrc2=size={height * 16 / 9 / 2 * 2}x{height}:rate=25:duration={seconds}"
                            )
                            .Split(' '),
                        .. FormattableString
                            .Invariant(
                                $"-f lavfi -i sine=frequency={tone}:duration={seconds} -c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac"
                            )
                            .Split(' '),
                        path,
                    ]
                )
            );
            await tool.EnsureSuccessAsync("The film for the test was not made.");
            return await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
