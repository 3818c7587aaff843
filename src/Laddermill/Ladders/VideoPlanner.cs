using System.Globalization;
using Laddermill.Media;

namespace Laddermill.Ladders;

/// <summary>What becomes of the picture: rate, grid, processing and renditions.</summary>
internal static class VideoPlanner
{
    /// <summary>Sound may start this much (seconds) before the picture and be cut to it; any earlier, the first picture waits for it.</summary>
    private const double SoundBeforePicture = 0.5;

    public static (VideoPlan Video, SegmentGrid Grid) Make(
        MediaInfo source,
        VideoStream stream,
        SourceTiming timing,
        Profile profile,
        long? knownFrames,
        List<Decision> decisions
    )
    {
        var settings = profile.Video;
        var picture = PlanPicture(stream, decisions);
        // Two fields become two whole frames: motion stays as smooth as it was (HLS Authoring Specification 1.15).
        var sourceRate = picture.Deinterlace
            ? new Rational(timing.Rate.Numerator * 2, timing.Rate.Denominator)
            : timing.Rate;
        var (rate, reason) = FrameRates.Choose(
            sourceRate,
            timing.IsSteady,
            settings.MinFrameRate,
            settings.MaxFrameRate
        );
        decisions.Add(new Decision("frame rate", $"{FrameRates.Show(rate)} frames/s: {reason}"));

        var origin = ChooseOrigin(source, timing, decisions);
        var frames = knownFrames ?? timing.FramesAt(rate, origin);
        var gop = (int)Math.Max(1, Math.Round(profile.Segments.GopSeconds * rate.ToDouble()));
        var (timescale, frameTicks) = SegmentGrid.TimescaleFor(rate);
        var grid = SegmentGrid.Even(
            frames,
            frameTicks,
            timescale,
            gop,
            profile.Segments.GopsPerSegment
        );
        decisions.Add(
            new Decision(
                "segments",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{grid.SegmentCount} of {profile.Segments.GopsPerSegment} GOPs, each of {gop} frames ({gop / rate.ToDouble():0.###} s); {frames} frames in all"
                )
            )
        );

        var (rungs, rungDecisions) = RungSizes.Fit(
            settings.Rungs,
            stream.DisplayWidth,
            stream.DisplayHeight
        );
        decisions.AddRange(rungDecisions);
        var renditions = rungs.Select(rung => new VideoRendition(
            $"video-{rung.Name}",
            rung.Width,
            rung.Height,
            rung.MaxBitrate,
            rung.Rung.Crf,
            rung.Rung.Preset,
            rung.Rung.EncoderOptions,
            rung.Rung.Threads,
            H264Level.For(
                rung.Width,
                rung.Height,
                rate,
                rung.MaxBitrate,
                X264Presets.References(rung.Rung)
            )
        ));
        var video = new VideoPlan(
            stream.Index,
            rate,
            frames,
            gop,
            origin,
            timing.CanSeek,
            timing.StartIsGuess,
            picture,
            settings.RateControl,
            settings.BufferSeconds,
            [.. renditions]
        )
        {
            Captions = CaptionPlanner.Make(source, stream, sourceRate, rate, decisions),
        };
        return (video, grid);
    }

    private static double ChooseOrigin(
        MediaInfo source,
        SourceTiming timing,
        List<Decision> decisions
    )
    {
        var sound =
            source.Audio.Length == 0 ? timing.Start : source.Audio.Min(track => track.StartTime);
        if (timing.Start - sound <= SoundBeforePicture)
        {
            return timing.Start;
        }
        decisions.Add(
            new Decision(
                "start",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the sound begins {timing.Start - sound:0.##} s before the picture: the first picture is shown meanwhile"
                )
            )
        );
        return sound;
    }

    private static PictureProcessing PlanPicture(VideoStream stream, List<Decision> decisions)
    {
        var colour = stream.Colour;
        if (
            colour.DolbyVisionProfile is 5
            || colour is { DolbyVisionProfile: 10, DolbyVisionCompatibility: 0 }
        )
        {
            throw new RejectedException(
                RejectionCode.UnsupportedDolbyVision,
                $"The video is Dolby Vision profile {colour.DolbyVisionProfile}, whose colours no other decoder can show; export it as profile 8 or as HDR10."
            );
        }
        var deinterlace = stream.FieldOrder is "tt" or "bb" or "tb" or "bt";
        if (deinterlace)
        {
            decisions.Add(
                new Decision(
                    "interlacing",
                    $"fields (order {stream.FieldOrder}) become whole frames, two of each pair"
                )
            );
        }
        var toneMap = colour.Transfer switch
        {
            "smpte2084" => "hdr10",
            "arib-std-b67" => "hlg",
            _ => null,
        };
        if (toneMap is not null)
        {
            decisions.Add(
                new Decision(
                    "colour",
                    $"high dynamic range ({toneMap}) is tone-mapped to standard range, BT.709"
                )
            );
        }
        if (stream.Rotation != 0)
        {
            decisions.Add(
                new Decision(
                    "rotation",
                    $"turned by {stream.Rotation} degrees clockwise to be upright"
                )
            );
        }
        return new PictureProcessing(deinterlace, toneMap, Matrix(stream), colour.Range == "pc");
    }

    /// <summary>Untagged sources are taken as players take them: high definition as BT.709, the rest as BT.601.</summary>
    private static string Matrix(VideoStream stream) =>
        stream.Colour.Matrix switch
        {
            "bt709" => "bt709",
            "smpte170m" or "bt470bg" or "fcc" => "bt601",
            "smpte240m" => "smpte240m",
            "bt2020nc" or "bt2020c" => "bt2020",
            _ => stream.Height >= 720 || stream.Width >= 1280 ? "bt709" : "bt601",
        };
}
