using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Laddermill.Ffmpeg;

/// <summary>What ffmpeg said at the end of a sample.</summary>
/// <param name="Encoders">In the order of the outputs.</param>
/// <param name="Detail">SSIM of the luma by each filter, in the order of the graph.</param>
internal sealed partial record SampleReport(
    ImmutableArray<EncoderReport> Encoders,
    ImmutableArray<double> Detail,
    double CpuSeconds
)
{
    /// <param name="lines">The end of its stderr, at the level <c>info</c>, with <c>-benchmark</c>.</param>
    public static SampleReport Read(IEnumerable<string> lines)
    {
        // Encoders are closed in the order of their outputs, each with a summary in lines that bear its address.
        var encoders = new List<(string Address, EncoderReport Report)>();
        var detail = new SortedDictionary<int, double>();
        var processor = 0.0;
        foreach (var line in lines)
        {
            if (FrameLine().Match(line) is { Success: true } frames)
            {
                Change(
                    frames.Groups["address"].Value,
                    report =>
                        report.With(
                            isKey: frames.Groups["type"].ValueSpan is "I",
                            Number(frames, "count"),
                            Number(frames, "size")
                        )
                );
            }
            else if (EncoderSsim().Match(line) is { Success: true } encoder)
            {
                Change(
                    encoder.Groups["address"].Value,
                    report => report with { Ssim = Number(encoder, "ssim") }
                );
            }
            else if (FilterSsim().Match(line) is { Success: true } filter)
            {
                detail[(int)Number(filter, "place")] = Number(filter, "ssim");
            }
            else if (Benchmark().Match(line) is { Success: true } bench)
            {
                processor = Number(bench, "user") + Number(bench, "system");
            }
        }
        return new SampleReport(
            [.. encoders.Select(each => each.Report)],
            [.. detail.Values],
            processor
        );

        void Change(string address, Func<EncoderReport, EncoderReport> change)
        {
            if (encoders.Count == 0 || encoders[^1].Address != address)
            {
                encoders.Add((address, new EncoderReport(0, 0, 0, 0, 0)));
            }
            encoders[^1] = (address, change(encoders[^1].Report));
        }
    }

    private static double Number(Match match, string group) =>
        double.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"^\[libx264 @ (?<address>\w+)\] frame (?<type>[IPB]):(?<count>\d+) .*size: *(?<size>\d+)"
    )]
    private static partial Regex FrameLine();

    [GeneratedRegex(@"^\[libx264 @ (?<address>\w+)\] SSIM Mean Y:(?<ssim>[\d.]+)")]
    private static partial Regex EncoderSsim();

    [GeneratedRegex(@"^\[Parsed_ssim_(?<place>\d+) @ \w+\] SSIM Y:(?<ssim>[\d.]+)")]
    private static partial Regex FilterSsim();

    [GeneratedRegex(@"^bench: utime=(?<user>[\d.]+)s stime=(?<system>[\d.]+)s")]
    private static partial Regex Benchmark();
}

/// <summary>x264's summary of what one encoder made.</summary>
/// <param name="Ssim">Of the luma, 0 to 1, over all frames.</param>
internal sealed record EncoderReport(
    long KeyFrames,
    double KeyBytes,
    long OtherFrames,
    double OtherBytes,
    double Ssim
)
{
    public long Frames => KeyFrames + OtherFrames;

    /// <param name="size">Bytes of each, on average.</param>
    public EncoderReport With(bool isKey, double count, double size) =>
        isKey
            ? this with
            {
                KeyFrames = KeyFrames + (long)count,
                KeyBytes = KeyBytes + count * size,
            }
            : this with
            {
                OtherFrames = OtherFrames + (long)count,
                OtherBytes = OtherBytes + count * size,
            };
}
