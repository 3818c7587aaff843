using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Laddermill.Ladders;

namespace Laddermill.Ffmpeg;

/// <summary>The filter graph of one range: one decoded picture in, every rendition's pictures out.</summary>
public static class PictureFilters
{
    /// <summary>
    /// <c>[v0]</c>, <c>[v1]</c> … are the renditions, best first. Frames are put on the plan's steady rate and cut to the range before any pixel
    /// is touched; each rung is then scaled from the next larger one that is encoded. <c>[decoded]</c> has one tiny frame for each that the source had in this range.
    /// </summary>
    public static string For(VideoPlan video, EncodeRange range)
    {
        var source = $"[0:{video.StreamIndex}]{Clock(video)}";
        var found = $"{Found(video, range)}[decoded]";
        var encoded = video
            .Renditions.Index()
            .Where(each => each.Item.Copied is null)
            .ToImmutableArray();
        if (encoded.IsEmpty)
        {
            return $"{source},{found}";
        }
        var top = encoded[0].Item;
        var picture = Picture(video.Picture, top.Width, top.Height);
        var graph = new StringBuilder(
            $"{source},split=2[shown][found];[found]{found};[shown]{Timing(video, range)},{picture}"
        );
        foreach (var (index, rendition) in encoded)
        {
            if (rendition != top)
            {
                graph.Append(
                    CultureInfo.InvariantCulture,
                    $";[s{index}]{Scale(rendition.Width, rendition.Height)},setsar=1"
                );
            }
            var isLast = index == video.Renditions.Length - 1;
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
        if (video.HeldFrames > 0)
        {
            return Invariant(
                $"trim=end_frame=1,loop=loop={video.Frames - 1}:size=1,settb={video.FrameRate.Denominator}/{video.FrameRate.Numerator},setpts=N"
            );
        }
        var isFirst = range.FirstFrame == 0;
        var end = range.FirstFrame + range.FrameCount;
        var filters = new List<string>();
        if (video.Picture.Fields is { } order)
        {
            filters.Add($"bwdif=mode=send_field:{Parity(order)}:deint=all");
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
        var weave = video.Picture.Fields is { } order
            ? $"bwdif=mode=send_frame:{Parity(order)}:deint=all,"
            : "";
        return $"{weave}{Picture(video.Picture, thumbnail.Width, thumbnail.Height)},scale=in_color_matrix=bt709,format=rgb24";
    }

    /// <summary>To one size, in 8-bit 4:2:0 BT.709 of limited range.</summary>
    private static string Picture(PictureProcessing picture, int width, int height) =>
        (picture.HasAlpha ? $"{OnBlack(picture)}," : "")
        + picture switch
        {
            { ToneMapping: { } toneMapping } => ToneMapped(picture, toneMapping, width, height),
            { WidePrimaries: { } primaries } =>
            // With 10 bits until the gamut is right: 8 are too few to be stretched.
            $"{Converted(picture, width, height, picture.Matrix)},format=yuv420p10le,"
                + $"zscale=tin=709:pin={primaries}:min={ZscaleMatrix(picture)}:rin=tv:t=709:p=709:m=709:r=tv:d=ordered,format=yuv420p,setsar=1",
            _ => $"{Converted(picture, width, height, "bt709")},format=yuv420p,setsar=1",
        };

    /// <summary>
    /// Light is made linear, 1.0 being the white of a diffuse reflection (203 cd/m² by BT.2408), brought into BT.709's gamut, and what is brighter than
    /// a screen's white is pressed together by a curve that leaves the darker tones alone (mobius). Colours keep their hue and strength (desat=0).
    /// Scaled down first: this works on 32-bit floats, and its cost goes with the pixels.
    /// </summary>
    private static string ToneMapped(
        PictureProcessing picture,
        ToneMapping toneMapping,
        int width,
        int height
    ) =>
        $"{Converted(picture, width, height, picture.Matrix)},format=yuv420p10le,"
        + $"zscale=tin={toneMapping.Transfer}:pin={(picture.Matrix == "bt709" ? "709" : "2020")}:min={ZscaleMatrix(picture)}:rin=tv:t=linear:p=709:npl={WhiteLuminance},"
        + Invariant(
            $"format=gbrpf32le,tonemap=tonemap=mobius:desat=0:peak={(double)toneMapping.Peak / WhiteLuminance:0.###},"
        )
        + "zscale=t=709:m=709:r=tv:d=ordered,format=yuv420p,setsar=1";

    /// <summary>cd/m² of HDR reference white, ITU-R BT.2408-7 §2.1.</summary>
    private const int WhiteLuminance = 203;

    /// <summary>Colour is multiplied by opacity, which is what lies on black.</summary>
    private static string OnBlack(PictureProcessing picture) =>
        $"scale=flags={Careful}:in_color_matrix={picture.Matrix}:in_range={Range(picture)},format=gbrap,premultiply=inplace=1,format=gbrp";

    /// <summary>
    /// swscale changes the matrix by way of RGB, which takes longer than encoding: the filter "colorspace" does it for a twentieth, of pictures that have their size already.
    /// What was transparent is RGB by now, and has none. Who names no other matrix to swscale lets it pass on, uncopied, pictures that need no change at all.
    /// </summary>
    private static string Converted(PictureProcessing picture, int width, int height, string matrix)
    {
        var flags = picture.IsConverted ? Careful : "bicubic";
        var range = Range(picture);
        var target = picture.IsConverted ? $":out_color_matrix={matrix}" : "";
        return matrix == picture.Matrix || picture.HasAlpha
            ? Invariant(
                $"scale={width}:{height}:flags={flags}:in_color_matrix={picture.Matrix}{target}:in_range={range}:out_range=tv"
            )
            : Invariant(
                $"scale={width}:{height}:flags={flags}:in_range={range}:out_range={range},format=yuv420p,"
            )
                + $"colorspace=ispace={ColorspaceMatrix(picture)}:space={matrix}:irange={range}:range=tv:iprimaries=bt709:primaries=bt709:itrc=bt709:trc=bt709";
    }

    private static string Range(PictureProcessing picture) => picture.FullRange ? "pc" : "tv";

    private static string ZscaleMatrix(PictureProcessing picture) =>
        picture.Matrix switch
        {
            "bt601" => "470bg",
            "bt2020" => "2020_ncl",
            _ => "709",
        };

    private static string ColorspaceMatrix(PictureProcessing picture) =>
        picture.Matrix switch
        {
            "bt601" => "smpte170m",
            "bt2020" => "bt2020ncl",
            var other => other,
        };

    private static string Parity(FieldOrder order) =>
        order switch
        {
            FieldOrder.TopFirst => "parity=tff",
            FieldOrder.BottomFirst => "parity=bff",
            _ => "parity=auto",
        };

    /// <summary>swscale's quick ways are off by up to three code values.</summary>
    private const string Careful = "bicubic+accurate_rnd+full_chroma_int+full_chroma_inp";

    private static string Scale(int width, int height) =>
        Invariant($"scale={width}:{height}:flags=bicubic");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
