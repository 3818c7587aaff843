using System.Text.Json;

namespace Laddermill.Bench;

/// <summary>VMAF by the tool <c>vmaf</c> of libvmaf, where it is installed.</summary>
internal static class Vmaf
{
    private static readonly bool IsInstalled = (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(':')
        .Any(folder => File.Exists(Path.Combine(folder, "vmaf")));

    /// <returns>The mean over all frames at 1920x1080, as its model expects; null without the tool.</returns>
    public static async Task<double?> MeasureAsync(
        string rung,
        Clip clip,
        string work,
        CancellationToken cancellation
    )
    {
        if (!IsInstalled)
        {
            return null;
        }
        var (made, source, report) = (
            Path.Combine(work, "made.y4m"),
            Path.Combine(work, "source.y4m"),
            Path.Combine(work, "vmaf.json")
        );
        try
        {
            await DecodeAsync(rung, made, cancellation);
            await DecodeAsync(clip.Path, source, cancellation);
            await Tool.ReadAsync(
                ["vmaf", "-r", source, "-d", made, "--json", "-o", report],
                cancellation
            );
            using var json = JsonDocument.Parse(await File.ReadAllBytesAsync(report, cancellation));
            return json
                .RootElement.GetProperty("pooled_metrics")
                .GetProperty("vmaf")
                .GetProperty("mean")
                .GetDouble();
        }
        finally
        {
            File.Delete(made);
            File.Delete(source);
        }
    }

    private static Task<string> DecodeAsync(
        string film,
        string file,
        CancellationToken cancellation
    ) =>
        Tool.ReadAsync(
            [
                .. "ffmpeg -nostdin -v error -y -i".Split(' '),
                film,
                .. "-map 0:v:0 -fps_mode passthrough -vf scale=1920:1080:flags=bicubic,format=yuv420p".Split(
                    ' '
                ),
                file,
            ],
            cancellation
        );
}
