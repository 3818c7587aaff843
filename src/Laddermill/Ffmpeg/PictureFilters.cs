using System.Globalization;
using System.Text;
using Laddermill.Ladders;

namespace Laddermill.Ffmpeg;

/// <summary>The filter graph of one range: one decoded picture in, every rendition's pictures out.</summary>
public static class PictureFilters
{
    /// <summary>
    /// <c>[v0]</c>, <c>[v1]</c> … are the renditions, best first. Frames are put on the plan's steady rate and cut to the range before any pixel
    /// is touched; each rung is then scaled from the next larger one. <c>[decoded]</c> has one tiny frame for each that the source had in this range.
    /// </summary>
    public static string For(VideoPlan video, EncodeRange range)
    {
        var graph = new StringBuilder();
        var top = video.Renditions[0];
        var picture = Picture(video.Picture, top.Width, top.Height);
        graph.Append(
            CultureInfo.InvariantCulture,
            $"[0:{video.StreamIndex}]{Clock(video)},split=2[shown][found];[found]{Found(video, range)}[decoded];[shown]{Timing(video, range)},{picture}"
        );
        for (var index = 0; index < video.Renditions.Length; index++)
        {
            var isLast = index == video.Renditions.Length - 1;
            if (index > 0)
            {
                var rendition = video.Renditions[index];
                graph.Append(
                    CultureInfo.InvariantCulture,
                    $";[s{index}]{Scale(rendition.Width, rendition.Height)},setsar=1"
                );
            }
            graph.Append(isLast ? $"[v{index}]" : $",split=2[v{index}][s{index + 1}]");
        }
        return graph.ToString();
    }

    /// <summary>Time 0 is the plan's origin; double precision is ample, frames are placed to the nearest slot.</summary>
    private static string Clock(VideoPlan video) =>
        video.StartsAtFirstFrame
            ? "setpts=PTS-STARTPTS"
            : Invariant($"setpts=PTS-({video.Origin:0.######})/TB");

    /// <summary>
    /// Each frame of the source belongs to one range: from half a slot before the range's first to half a slot before the next range's. They are only counted,
    /// so the smallest picture will do.
    /// </summary>
    private static string Found(VideoPlan video, EncodeRange range)
    {
        double Time(long frame) => (frame - 0.5) / video.FrameRate.ToDouble();
        var end = range.FirstFrame + range.FrameCount;
        var from =
            range.FirstFrame == 0 ? "" : Invariant($"start={Time(range.FirstFrame):0.######}");
        var to = end == video.Frames ? "" : Invariant($"end={Time(end):0.######}");
        var cut = string.Join(':', new[] { from, to }.Where(part => part.Length > 0));
        return (cut.Length > 0 ? $"trim={cut}," : "") + "scale=16:16:flags=neighbor,format=gray";
    }

    private static string Timing(VideoPlan video, EncodeRange range)
    {
        if (video.Frames == 1)
        {
            // A still has no rate, and often no duration, without which the filter "fps" lets nothing through.
            return "trim=end_frame=1,setpts=0";
        }
        var isFirst = range.FirstFrame == 0;
        var end = range.FirstFrame + range.FrameCount;
        var filters = new List<string>();
        if (video.Picture.Deinterlace)
        {
            filters.Add("bwdif=mode=send_field:deint=all");
            if (video.Captions is not null)
            {
                // Both frames that come of two fields have their captions: every letter twice.
                filters.Add("sidedata=mode=delete:type=A53_CC:enable='mod(n,2)'");
            }
        }
        // Slots before the source's first frame show that frame; later ranges begin with frames decoded ahead of them. A last frame of
        // no duration (a still) is shown too.
        filters.Add($"fps={video.FrameRate}{(isFirst ? ":start_time=0" : "")}:eof_action=pass");
        if (end == video.Frames)
        {
            // A container's word about its end may be short of a frame or two: the last picture stands in. More than half a second
            // missing is a broken source and must show.
            var stop = Math.Max(1, video.FrameRate.RoundTimes(1) / 2);
            filters.Add(Invariant($"tpad=stop={stop}:stop_mode=clone"));
        }
        filters.Add(Invariant($"trim=start_pts={range.FirstFrame}:end_pts={end}"));
        filters.Add(Invariant($"setpts=PTS-{range.FirstFrame}"));
        return string.Join(',', filters);
    }

    /// <summary>One upright picture in the renditions' colours, for PNG.</summary>
    public static string Thumbnail(VideoPlan video, ThumbnailPlan thumbnail)
    {
        var weave = video.Picture.Deinterlace ? "bwdif=mode=send_frame:deint=all," : "";
        return $"{weave}{Picture(video.Picture, thumbnail.Width, thumbnail.Height)},scale=in_color_matrix=bt709,format=rgb24";
    }

    /// <summary>To one size, in 8-bit 4:2:0 BT.709 of limited range.</summary>
    private static string Picture(PictureProcessing picture, int width, int height)
    {
        if (picture.ToneMap is { } toneMap)
        {
            var transfer = toneMap == "hlg" ? "arib-std-b67" : "smpte2084";
            // Scaled down first: the tone curve works on 32-bit floats, and its cost goes with the pixels.
            return $"{Scale(width, height)},"
                + $"setparams=color_primaries=bt2020:color_trc={transfer}:colorspace=bt2020nc,"
                + "zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=tonemap=hable:desat=0,"
                + "zscale=t=bt709:m=bt709:r=tv,format=yuv420p,setsar=1";
        }
        var range = picture.FullRange ? "pc" : "tv";
        return $"{Scale(width, height)}:in_color_matrix={picture.Matrix}:out_color_matrix=bt709:in_range={range}:out_range=tv,"
            + "format=yuv420p,setsar=1";
    }

    private static string Scale(int width, int height) =>
        Invariant($"scale={width}:{height}:flags=bicubic");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
