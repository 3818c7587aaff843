using System.Collections.Immutable;
using System.Globalization;
using Laddermill.Media;

namespace Laddermill.Ladders;

/// <summary>What becomes of the picture: rate, grid, processing and renditions.</summary>
internal static class VideoPlanner
{
    /// <summary>Sound may start this much (seconds) before the picture and be cut to it; any earlier, the first picture waits for it.</summary>
    private const double SoundBeforePicture = 0.5;

    /// <summary>Seconds that a still is held: what a header claims of the sound may be a lie.</summary>
    private const double LongestStill = 4 * 3600;

    public static (VideoPlan Video, SegmentGrid Grid) Make(
        MediaInfo source,
        VideoStream stream,
        SourceTiming timing,
        Profile profile,
        long? knownFrames,
        CodedVideo? coded,
        ContentMeasure? content,
        List<Decision> decisions
    )
    {
        var settings = profile.Video;
        var picture = PicturePlanner.Make(stream, decisions);
        // Two fields become two whole frames: motion stays as smooth as it was (HLS Authoring Specification 1.15).
        var sourceRate = picture.Fields is not null
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
        var shown = timing.FramesAt(rate, origin);
        var held = HeldFrames(source, timing, rate, origin, shown, decisions);
        var frames = knownFrames ?? shown + held;
        var gop = (int)Math.Max(1, Math.Round(profile.Segments.GopSeconds * rate.ToDouble()));
        var (rungs, rungDecisions) = RungSizes.Fit(
            settings.Rungs,
            stream.DisplayWidth,
            stream.DisplayHeight
        );
        var question = new CopyQuestion(
            stream,
            coded ?? CodedVideo.Unknown("nobody has read its frames"),
            timing,
            picture,
            profile,
            rungs[0],
            rungs.Count == 1,
            rate,
            frames,
            origin
        );
        var copy =
            coded is null && !StreamCopy.IsRefused(stream, profile)
                ? null
                : StreamCopy.Decide(question);
        var (timescale, frameTicks) = SegmentGrid.TimescaleFor(rate);
        var grid = copy?.Segments is { } segments
            ? SegmentGrid.Along(segments, frameTicks, timescale)
            : SegmentGrid.Even(frames, frameTicks, timescale, gop, profile.Segments.GopsPerSegment);
        decisions.Add(
            new Decision(
                "segments",
                copy?.Copied is null
                    ? string.Create(
                        CultureInfo.InvariantCulture,
                        $"{grid.SegmentCount} of {profile.Segments.GopsPerSegment} GOPs, each of {gop} frames ({gop / rate.ToDouble():0.###} s); {frames} frames in all"
                    )
                    : string.Create(
                        CultureInfo.InvariantCulture,
                        $"{grid.SegmentCount}, from key frame to key frame of the source, the longest of {grid.LongestSegment:0.###} s; {frames} frames in all"
                    )
            )
        );
        decisions.AddRange(rungDecisions);
        if (content is not null && settings.PerTitle)
        {
            var kept = copy?.Copied is { Codec: CopiedCodec.H264 } ? rungs[0].Name : null;
            rungs = PerTitle.Adapt(rungs, content, kept, rate.ToDouble(), decisions);
        }
        var renditions = rungs.Select(rung => Encoded(rung, rate)).ToImmutableArray();
        if (copy is not null)
        {
            decisions.Add(new Decision("passthrough", copy.Reason));
            if (copy.Copied is { } copied)
            {
                renditions = StreamCopy.AddTo(renditions, question, copied);
            }
        }
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
            renditions
        )
        {
            HeldFrames = held,
            Captions = CaptionPlanner.Make(source, stream, sourceRate, rate, decisions),
        };
        return (video, grid);
    }

    /// <summary>The name of the rendition that a rung becomes, which is its folder's.</summary>
    public static string NameOf(FittedRung rung) => $"video-{rung.Name}";

    private static VideoRendition Encoded(FittedRung rung, Rational rate) =>
        new(
            NameOf(rung),
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
        );

    /// <summary>A single picture with sound (a cover, a slide) stands until the sound ends.</summary>
    private static long HeldFrames(
        MediaInfo source,
        SourceTiming timing,
        Rational rate,
        double origin,
        long shown,
        List<Decision> decisions
    )
    {
        var end = source.Audio.Max(track => track.StartTime + track.Duration) - origin;
        if (timing.Frames != 1 || end is not { } seconds || !(seconds > 0))
        {
            return 0;
        }
        var held = (long)Math.Round(Math.Min(seconds, LongestStill) * rate.ToDouble()) - shown;
        if (held <= 0)
        {
            return 0;
        }
        decisions.Add(
            new Decision("still", "a single picture: it is shown for as long as the sound lasts")
        );
        return held;
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
}
