using System.Globalization;
using System.Text;
using Laddermill.Tests.Transcoding;

namespace Laddermill.Tests.Corpus;

/// <summary>How long a source's picture, or its sound, lasts when ffmpeg decodes it: measured without any of our code.</summary>
internal static class SourceEnds
{
    /// <returns>Seconds from the first frame that is shown to the end of the last, and those of the last one.</returns>
    /// <param name="stream">As ffmpeg selects it, for example <c>v:0</c>.</param>
    public static async Task<(double Duration, double LastFrame)> MeasureAsync(
        string source,
        string stream
    )
    {
        // Frames as they are shown: edit lists followed, time stamps as they stand, any size of picture.
        var list = Encoding.ASCII.GetString(
            await Published.FfmpegAsync([
                "-i",
                "file:" + source,
                "-map",
                $"0:{stream}",
                .. stream[0] == 'v' ? ["-vf", "scale=16:16"] : (string[])[],
                .. "-fps_mode passthrough -enc_time_base -1 -copyts -f framecrc pipe:1".Split(' '),
            ])
        );
        var lines = list.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var clock = lines.First(line => line.StartsWith("#tb 0: ", StringComparison.Ordinal));
        var terms = Array.ConvertAll(clock[7..].Split('/'), Number);
        var unit = terms[0] / terms[1];
        var frames = lines
            .Where(line => line[0] != '#')
            .Select(line => line.Split(','))
            .Select(cells => (Time: Number(cells[2]) * unit, Duration: Number(cells[3]) * unit))
            .OrderBy(frame => frame.Time)
            .ToList();
        var last = frames[^1];
        return (last.Time - frames[0].Time + last.Duration, last.Duration);
    }

    private static double Number(string text) =>
        double.Parse(text.Trim(), CultureInfo.InvariantCulture);
}
