using System.Globalization;
using System.Text.RegularExpressions;

namespace Laddermill.Bench;

/// <summary>Compares a rung with the source, scaled to the same size, frame by frame.</summary>
internal static partial class Quality
{
    public static async Task<RungQuality> MeasureAsync(
        string name,
        string rung,
        Clip clip,
        string work,
        CancellationToken cancellation
    )
    {
        var size = (await Tool.ReadAsync([.. Probe("stream=width,height"), rung], cancellation))
            .Split('\n')[0]
            .Trim()
            .Split(',');
        var (ssim, psnr) = (Path.Combine(work, "ssim"), Path.Combine(work, "psnr"));
        // Both films have one steady rate: frames are compared by their number, whatever their containers say of time.
        var graph =
            $"[0:v]settb=1/1000,setpts=N,format=yuv420p,split[a][b];"
            + $"[1:v]settb=1/1000,setpts=N,scale={size[0]}:{size[1]}:flags=bicubic:out_color_matrix=bt709:out_range=tv,format=yuv420p,split[c][d];"
            + $"[a][c]ssim=stats_file={ssim}:shortest=1[x];[b][d]psnr=stats_file={psnr}:shortest=1[y]";
        var said = await Tool.ReadAsync(
            [
                .. "bash -c".Split(' '),
                "exec ffmpeg \"$@\" 2>&1",
                .. "ffmpeg -nostdin -v info -nostats -i".Split(' '),
                rung,
                "-i",
                clip.Path,
                "-filter_complex",
                graph,
                .. "-map [x] -f null - -map [y] -f null -".Split(' '),
            ],
            cancellation
        );
        var frames = (await File.ReadAllLinesAsync(ssim, cancellation))
            .Select(line => Number(SsimOfFrame().Match(line)))
            .Order()
            .ToArray();
        return new RungQuality(
            name,
            await BytesAsync(rung, cancellation),
            Number(Ssim().Match(said)),
            frames.Take(Math.Max(1, frames.Length / 100)).Average(),
            Number(Psnr().Match(said)),
            await Vmaf.MeasureAsync(rung, clip, work, cancellation)
        );
    }

    private static async Task<long> BytesAsync(string rung, CancellationToken cancellation) =>
        (await Tool.ReadAsync([.. Probe("packet=size"), rung], cancellation))
            .Split(
                ['\n', ','],
                StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
            )
            .Sum(line => long.Parse(line, CultureInfo.InvariantCulture));

    private static string[] Probe(string entries) =>
        $"ffprobe -v error -select_streams v:0 -show_entries {entries} -of csv=p=0".Split(' ');

    /// <summary>Equal pictures have no error at all.</summary>
    private static double Number(Match match) =>
        match.Groups[1].Value is "inf"
            ? double.PositiveInfinity
            : double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"SSIM Y.*All:([\d.]+)")]
    private static partial Regex Ssim();

    [GeneratedRegex(@" All:([\d.]+)")]
    private static partial Regex SsimOfFrame();

    [GeneratedRegex(@"PSNR y.*average:([\d.]+|inf)")]
    private static partial Regex Psnr();
}
