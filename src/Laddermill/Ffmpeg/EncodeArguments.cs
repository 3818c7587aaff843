using System.Globalization;
using Laddermill.Ladders;
using Laddermill.Media;

namespace Laddermill.Ffmpeg;

/// <summary>ffmpeg's argument lists, built from the plan alone; running them is someone else's work.</summary>
public static class EncodeArguments
{
    internal static readonly string[] Quiet =
    [
        // Never wait for a key press: there is nobody at the keyboard.
        "-nostdin",
        "-hide_banner",
        "-nostats",
        "-loglevel",
        "warning",
        // How much could be decoded is counted; ffmpeg's own idea of too little would only hide what there is.
        "-max_error_rate",
        "1",
    ];

    /// <summary>One range of the video: one decode, every rendition as CMAF fragments to its own address, times counted from the range's start.</summary>
    /// <param name="outputs">
    /// One address (<c>unix:/path</c>) for each rendition, in the plan's order, and one for the list of decoded frames: a line for each (<c>framecrc</c>).
    /// </param>
    public static IReadOnlyList<string> ForRange(
        MediaInput input,
        Plan plan,
        EncodeRange range,
        IReadOnlyList<string> outputs
    )
    {
        var video =
            plan.Video ?? throw new ArgumentException("The plan has no video.", nameof(plan));
        return
        [
            .. Quiet,
            .. Input(input, [.. TimeStamps(video), .. Seek(range), .. SizeChanges(video)]),
            "-filter_complex",
            PictureFilters.For(video, range),
            .. video.Renditions.SelectMany(
                (rendition, index) =>
                    rendition.Copied is { } copied
                        ? CopiedOutput(plan, video, copied, range, outputs[index])
                        : VideoOutput(plan, video, rendition, index, range, outputs[index])
            ),
            .. Words(
                "-map [decoded] -fps_mode passthrough -enc_time_base -1 -c:v rawvideo -f framecrc"
            ),
            outputs[^1],
        ];
    }

    /// <summary>One picture as PNG on standard output.</summary>
    /// <param name="isFirst">The first picture that can be decoded, instead of that at the planned time.</param>
    public static IReadOnlyList<string> ForThumbnail(MediaInput input, Plan plan, bool isFirst)
    {
        var (video, thumbnail) = (plan.Video!, plan.Thumbnail!);
        return
        [
            .. Quiet,
            .. Input(
                input,
                isFirst ? []
                    : video.CanSeek
                        ? ["-copyts", "-seek_timestamp", "1", "-ss", Seconds(thumbnail.SourceTime)]
                    : ["-ss", Seconds(thumbnail.SourceTime)]
            ),
            "-map",
            Invariant($"0:{thumbnail.StreamIndex}"),
            "-frames:v",
            "1",
            "-vf",
            PictureFilters.Thumbnail(video, thumbnail),
            "-c:v",
            "png",
            "-f",
            "image2pipe",
            "pipe:1",
        ];
    }

    /// <summary>
    /// One microsecond does not move anything, but keeps ffmpeg from counting anew from the streams that one run happens to use: in MPEG files picture
    /// and sound, which are read by different runs, would lose each other by the difference of their starts.
    /// </summary>
    internal static IEnumerable<string> Input(MediaInput input, IEnumerable<string> options) =>
        [.. input.Options, "-itsoffset", "0.000001", .. options, "-i", input.Address];

    /// <summary>
    /// Ranges need the source's own time stamps, unshifted, since each run would otherwise shift them by what it happens to meet first. A source
    /// that is decoded in one go keeps ffmpeg's repair of jumping time stamps instead.
    /// </summary>
    internal static string[] TimeStamps(VideoPlan video) => video.CanSeek ? ["-copyts"] : [];

    /// <summary>
    /// Where the picture changes its size in mid-film, ffmpeg would build the filters anew, and they would count frames from the start of the film again. The
    /// scaler copes by itself; the deinterlacer and the one for transparency do not.
    /// </summary>
    internal static string[] SizeChanges(VideoPlan video) =>
        video.Picture is { Fields: not null } or { HasAlpha: true } ? [] : ["-reinit_filter", "0"];

    internal static string[] Seek(EncodeRange range) =>
        range.SeekTo is { } time
            // Only where decoding starts is told here; the exact frames are cut in the filter graph (-noaccurate_seek).
            ? ["-noaccurate_seek", "-seek_timestamp", "1", "-ss", Seconds(time)]
            : [];

    private static IEnumerable<string> VideoOutput(
        Plan plan,
        VideoPlan video,
        VideoRendition rendition,
        int index,
        EncodeRange range,
        string output
    ) =>
        [
            "-map",
            Invariant($"[v{index}]"),
            "-frames:v",
            Invariant($"{range.FrameCount}"),
            .. X264Arguments.For(video, rendition),
            .. KeyFrames(plan, video, range),
            // Frames keep the slots that the filter graph gave them, to the tick.
            "-fps_mode",
            "passthrough",
            "-enc_time_base",
            Invariant($"{video.FrameRate.Denominator}/{video.FrameRate.Numerator}"),
            "-video_track_timescale",
            Invariant($"{plan.Grid.Timescale}"),
            // A still is as long as a frame, whatever its container says of it: often nothing at all.
            .. video.Frames == 1
                ? ["-bsf:v", Invariant($"setts=duration={plan.Grid.UnitTicks}")]
                : (string[])[],
            .. Container("+cmaf+skip_trailer", output),
        ];

    /// <summary>
    /// Where the grid follows the source, each GOP begins where it must. The times are a quarter of a frame early: whether ffmpeg rounds them to a frame or takes the first
    /// one after them, it is the right one.
    /// </summary>
    private static string[] KeyFrames(Plan plan, VideoPlan video, EncodeRange range) =>
        video.IsCopied
            ?
            [
                "-force_key_frames",
                string.Join(
                    ',',
                    plan.Grid.GopStarts(range.FirstSegment, range.SegmentCount, video.GopFrames)
                        .Select(frame =>
                            Seconds(
                                Math.Max(0, frame - range.FirstFrame - 0.25)
                                    / video.FrameRate.ToDouble()
                            )
                        )
                ),
                "-forced-idr",
                "1",
            ]
            : [];

    /// <summary>
    /// The source's own packets. Of the first range they are counted. Later ranges are entered somewhere before their beginning, at a key frame, and left behind their end: their times of
    /// showing are the source's own, so that whoever reads them knows which are wanted. Times of decoding are made up, a tick apart and always before those of showing, for
    /// containers say too little of them or too much.
    /// </summary>
    private static IEnumerable<string> CopiedOutput(
        Plan plan,
        VideoPlan video,
        CopiedStream copied,
        EncodeRange range,
        string output
    )
    {
        const string Flags = "+empty_moov+default_base_moof+frag_keyframe+skip_trailer";
        var end = range.FirstFrame + range.FrameCount;
        string[] copy =
        [
            "-map",
            Invariant($"0:{video.StreamIndex}"),
            "-c:v",
            "copy",
            "-tag:v",
            copied.Codec == CopiedCodec.Hevc ? "hvc1" : "avc1",
        ];
        string[] scale = ["-video_track_timescale", Invariant($"{plan.Grid.Timescale}")];
        return range.FirstFrame == 0
            ?
            [
                .. copy,
                "-frames:v",
                Invariant($"{range.FrameCount}"),
                "-bsf:v",
                "setts=pts=PTS:dts=STARTPTS+N-10000000",
                .. scale,
                .. Container(Flags, output),
            ]
            :
            [
                .. copy,
                .. end == video.Frames
                    ? Array.Empty<string>()
                    :
                    [
                        "-to",
                        Seconds(video.Origin + (end + MostReordered) / video.FrameRate.ToDouble()),
                    ],
                "-bsf:v",
                "setts=pts=PTS:dts=STARTPTS/2+N",
                .. scale,
                .. Container(
                    $"{Flags}+frag_discont",
                    output,
                    "-avoid_negative_ts",
                    "disabled",
                    "-use_editlist",
                    "0"
                ),
            ];
    }

    /// <summary>Frames by which H.264 and HEVC decode a picture before it is shown, and some to spare: "-to" goes by times of decoding.</summary>
    private const int MostReordered = 24;

    internal static IEnumerable<string> Container(
        string flags,
        string output,
        params IEnumerable<string> options
    ) =>
        [
            "-map_metadata",
            "-1",
            "-map_chapters",
            "-1",
            "-fflags",
            "+bitexact",
            "-movflags",
            flags,
            .. options,
            "-f",
            "mp4",
            output,
        ];

    private static string[] Words(string options) => options.Split(' ');

    private static string Seconds(double time) =>
        time.ToString("0.######", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
