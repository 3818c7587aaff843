using Laddermill.Ladders;

namespace Laddermill.Ffmpeg;

/// <summary>x264 for one rendition, so that ranges encoded apart join without a seam.</summary>
internal static class X264Arguments
{
    /// <param name="measures">Whether the encoder is to tell how like its pictures are to what it was given (SSIM); they stay the same.</param>
    public static IEnumerable<string> For(
        VideoPlan video,
        VideoRendition rendition,
        bool measures = false
    ) =>
        [
            "-c:v",
            "libx264",
            "-preset",
            rendition.Preset,
            .. Rate(video, rendition),
            "-profile:v",
            "high",
            // Pinned: x264 would let it follow the rate, and all ranges share one init segment.
            "-level",
            FormattableString.Invariant($"{rendition.Level / 10}.{rendition.Level % 10}"),
            // Closed GOPs of equal length, counted in frames: a key frame nowhere else (no scene cuts), everywhere it is due.
            "-g",
            FormattableString.Invariant($"{video.GopFrames}"),
            "-keyint_min",
            FormattableString.Invariant($"{video.GopFrames}"),
            "-sc_threshold",
            "0",
            "-flags",
            "+cgop",
            // x264's output depends on the number of threads: fixed, so that a retry elsewhere makes the same pictures. Where a cap bites and there is
            // more than one, not all of the same bytes: the rate control looks at how far the other threads' frames have come (docs/jobs.md).
            "-threads",
            FormattableString.Invariant($"{rendition.Threads}"),
            // The picture parameter set must not depend on the rate control's first guess, or ranges get different init segments.
            "-x264-params",
            string.Join(
                ':',
                (string[])
                    [
                        "stitchable=1",
                        .. rendition.EncoderOptions,
                        .. measures ? ["ssim=1"] : (string[])[],
                    ]
            ),
            // Captions that the playlists do not speak of are better left out.
            "-a53cc",
            video.Captions is null ? "0" : "1",
            // What the filters made, written where players look for it.
            "-color_primaries",
            "bt709",
            "-color_trc",
            "bt709",
            "-colorspace",
            "bt709",
            "-color_range",
            "tv",
        ];

    private static string[] Rate(VideoPlan video, VideoRendition rendition)
    {
        var cap = FormattableString.Invariant($"{rendition.MaxBitrate}");
        var buffer = FormattableString.Invariant(
            $"{(long)(rendition.MaxBitrate * video.BufferSeconds)}"
        );
        return video.RateControl switch
        {
            RateControl.Constant =>
            [
                "-b:v",
                cap,
                "-minrate",
                cap,
                "-maxrate",
                cap,
                "-bufsize",
                buffer,
            ],
            _ =>
            [
                "-crf",
                FormattableString.Invariant($"{rendition.Crf}"),
                "-maxrate",
                cap,
                "-bufsize",
                buffer,
            ],
        };
    }
}
