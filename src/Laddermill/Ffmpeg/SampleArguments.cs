using System.Collections.Immutable;
using System.Text;
using Laddermill.Ladders;
using Laddermill.Media;

namespace Laddermill.Ffmpeg;

/// <summary>ffmpeg's argument list for trying out a sample of a film: everything is encoded, measured and thrown away.</summary>
internal static class SampleArguments
{
    /// <summary>One sample, each rendition that is encoded at each of some qualities, side by side of one decode.</summary>
    /// <param name="video">The plan's video, with only what is to be tried: the same rendition may be there at several qualities, one after another.</param>
    /// <param name="detailed">Places of renditions of which the next smaller one's detail is measured, too.</param>
    public static IReadOnlyList<string> For(
        MediaInput input,
        VideoPlan video,
        SampleRange sample,
        IReadOnlyList<int> detailed
    ) =>
        For(
            input,
            // From whatever frame comes first.
            video with
            {
                StartsAtFirstFrame = true,
            },
            new EncodeRange(0, 0, 0, 0, sample.FrameCount, sample.SeekTo),
            detailed
        );

    private static IReadOnlyList<string> For(
        MediaInput input,
        VideoPlan video,
        EncodeRange sample,
        IReadOnlyList<int> detailed
    ) =>
        [
            .. EncodeArguments.Quiet,
            // The encoders' summaries.
            "-loglevel",
            "info",
            // What processors it took.
            "-benchmark",
            .. EncodeArguments.Input(
                input,
                [
                    .. EncodeArguments.TimeStamps(video),
                    .. EncodeArguments.Seek(sample),
                    .. EncodeArguments.SizeChanges(video),
                ]
            ),
            "-filter_complex",
            Graph(video, sample, detailed),
            .. video.Renditions.SelectMany(
                (rendition, index) =>
                    (IEnumerable<string>)
                        [
                            "-map",
                            detailed.Contains(index) ? $"[e{index}]" : $"[v{index}]",
                            "-frames:v",
                            FormattableString.Invariant($"{sample.FrameCount}"),
                            .. X264Arguments.For(video, rendition, measures: true),
                            .. Nowhere,
                        ]
            ),
            .. detailed.SelectMany(index =>
                (IEnumerable<string>)["-map", $"[q{index}]", "-c:v", "rawvideo", .. Nowhere]
            ),
            "-map",
            "[decoded]",
            "-c:v",
            "rawvideo",
            .. Nowhere,
        ];

    private static readonly string[] Nowhere = ["-f", "null", "-"];

    /// <summary>The pictures of a range, and beside them each larger one against itself after it has been as small as the next.</summary>
    private static string Graph(VideoPlan video, EncodeRange sample, IReadOnlyList<int> detailed)
    {
        var graph = new StringBuilder(PictureFilters.For(video, sample));
        foreach (var index in detailed)
        {
            var size = video.Renditions[index];
            var next = video.Renditions.Skip(index + 1).First(other => other.Width < size.Width);
            graph.Append(
                FormattableString.Invariant(
                    $";[v{index}]split=3[e{index}][a{index}][b{index}];[b{index}]scale={next.Width}:{next.Height}:flags=bicubic,scale={size.Width}:{size.Height}:flags=bicubic[c{index}];[a{index}][c{index}]ssim[q{index}]"
                )
            );
        }
        return graph.ToString();
    }
}
