using System.Collections.Immutable;
using Laddermill.Ffmpeg;
using Laddermill.Ladders;
using Laddermill.Media;
using Laddermill.Processes;

namespace Laddermill.Transcoding;

/// <summary>Encodes the samples of a plan, to know what the film takes and how it will look. Equal sources, plans and versions of ffmpeg tell the same.</summary>
internal sealed class ContentProbe(TimeProvider clock)
{
    /// <summary>Seconds; a sample is a second or two of film.</summary>
    private const double Patience = 120;

    /// <param name="adapts">Whether the ladder is to be fitted: then a second quality of each rendition and the detail of each are tried.</param>
    /// <returns>Null when there is nothing to encode, or a sample cannot be encoded: who encodes the whole film will say so better.</returns>
    public async Task<ContentMeasure?> MeasureAsync(
        MediaInput input,
        Plan plan,
        bool adapts,
        CancellationToken cancellation
    )
    {
        if (plan.Video is not { } video || plan.Samples.IsEmpty)
        {
            return null;
        }
        ImmutableArray<VideoRendition> encoded =
        [
            .. video.Renditions.Where(rendition => rendition.Copied is null),
        ];
        if (encoded.IsEmpty)
        {
            return null;
        }
        ImmutableArray<double> steps = adapts ? PerTitle.CrfSteps : [0];
        var tried = video with
        {
            Renditions =
            [
                .. encoded.SelectMany(rendition =>
                    steps.Select(step => rendition with { Crf = rendition.Crf + step })
                ),
            ],
        };
        // The smallest has nobody to be compared with; nor have others of its size.
        int[] detailed = adapts
            ?
            [
                .. Enumerable
                    .Range(0, encoded.Length)
                    .Where(index => encoded[index].Width > encoded[^1].Width)
                    .Select(index => index * steps.Length),
            ]
            : [];
        var reports = new List<SampleReport>();
        foreach (var sample in plan.Samples)
        {
            var report = await TimeLimit.RunAsync(
                clock,
                Patience,
                token =>
                    TryAsync(input, SampleArguments.For(input, tried, sample, detailed), token),
                () => null,
                cancellation
            );
            // What lies outside of the picture's own time (a declared end that is not one) is no sample.
            if (
                report is null
                || report.Encoders.Length != tried.Renditions.Length
                || report.Encoders.Any(encoder => encoder.Frames == 0)
                || report.Detail.Length != detailed.Length
            )
            {
                return null;
            }
            reports.Add(report);
        }
        return Sum(tried, reports, detailed);
    }

    private async Task<SampleReport?> TryAsync(
        MediaInput input,
        IReadOnlyList<string> arguments,
        CancellationToken cancellation
    )
    {
        var command = new ToolCommand("ffmpeg", [.. arguments])
        {
            Package = "ffmpeg",
            Confinement = input.Confine(),
        };
        await using var tool = ToolProcess.Start(command, ToolOutput.Ignored, clock, cancellation);
        var exit = await tool.Completion;
        cancellation.ThrowIfCancellationRequested();
        return exit.IsSuccess ? SampleReport.Read(exit.ErrorTail) : null;
    }

    private static ContentMeasure Sum(
        VideoPlan tried,
        List<SampleReport> reports,
        int[] detailed
    ) =>
        new(
            [
                .. tried.Renditions.Select(
                    (rendition, index) =>
                        SumOf(
                            rendition,
                            [.. reports.Select(report => report.Encoders[index])],
                            tried.GopFrames
                        )
                ),
            ],
            [
                .. detailed.Select(
                    (index, place) =>
                        new DetailTrial(
                            tried.Renditions[index].Name,
                            reports.Min(report => report.Detail[place])
                        )
                ),
            ],
            [
                .. reports.Select(report => new SampleWork(
                    report.Encoders[0].Frames,
                    report.CpuSeconds
                )),
            ]
        );

    private static Trial SumOf(VideoRendition rendition, List<EncoderReport> encoders, int gop)
    {
        Trial Of(IReadOnlyCollection<EncoderReport> some)
        {
            var frames = some.Sum(each => each.Frames);
            var (keys, others) = (
                some.Sum(each => each.KeyFrames),
                some.Sum(each => each.OtherFrames)
            );
            var key = some.Sum(each => each.KeyBytes) / Math.Max(1, keys);
            var other = others == 0 ? key : some.Sum(each => each.OtherBytes) / others;
            var ssim = some.Sum(each => each.Ssim * each.Frames) / frames;
            return new Trial(rendition.Name, rendition.Crf, ssim, key, other, 0);
        }
        return Of(encoders) with
        {
            PeakBytes = encoders.Max(each => Of([each]).BytesPerFrame(gop)),
        };
    }
}
