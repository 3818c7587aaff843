using Laddermill.Media;

namespace Laddermill.Ladders;

/// <summary>Source facts and a profile in, a plan out: pure, so that everybody who plans the same source gets the same plan.</summary>
public static class Planner
{
    /// <param name="scan">
    /// What the packets told, where the container's own counts do not suffice (<see cref="FrameScan.IsNeeded"/>); null otherwise.
    /// </param>
    /// <param name="frames">How many frames there really are, once an encoder has met the end too early; null: as the source says.</param>
    /// <param name="coded">The frames of the source's stream as they lie in the file; null when it is not to be copied.</param>
    /// <param name="content">What samples told of it, for a profile that is fitted to each film; null when nobody tried.</param>
    /// <exception cref="RejectedException">Nothing can be made of this source.</exception>
    public static Plan Make(
        MediaInfo source,
        FrameScan? scan,
        Profile profile,
        long? frames = null,
        CodedVideo? coded = null,
        ContentMeasure? content = null
    )
    {
        var decisions = new List<Decision>();
        if (source.IsEncrypted)
        {
            throw new RejectedException(
                RejectionCode.Encrypted,
                "The source is encrypted: without its key nothing can be made of it. Upload an unprotected copy."
            );
        }
        if (source.MainVideo is { } stream)
        {
            if (stream.Codec == "unknown" || stream.Width == 0 || stream.Height == 0)
            {
                throw Unsupported("picture", stream.CodecTag ?? stream.Codec);
            }
            var timing = SourceTiming.Of(source, stream, scan);
            if (!timing.CanSeek)
            {
                // ffmpeg counts from the file's first packet when it may repair time stamps.
                timing = timing with
                {
                    Start = timing.Start - source.StartTime,
                };
                source = FromZero(source);
            }
            var (video, grid) = VideoPlanner.Make(
                source,
                stream,
                timing,
                profile,
                frames,
                coded,
                content,
                decisions
            );
            var audio = AudioPlanner.Make(source, profile.Audio, video.Origin, decisions);
            var ranges = RangePlanner.Make(
                grid,
                video,
                timing,
                profile.Segments.SegmentsPerRange,
                decisions
            );
            var subtitles = SubtitlePlanner.Make(
                source,
                profile.Subtitles,
                video.Origin,
                decisions
            );
            var samples = SamplePlanner.Make(
                video,
                timing,
                profile.Video.PerTitle ? PerTitle.CrfSteps.Length : 1
            );
            if (profile.Video.PerTitle && content is null)
            {
                decisions.Add(
                    new Decision(
                        "per title",
                        $"no: {PerTitle.Obstacle(video, samples) ?? "samples of it could not be encoded"}"
                    )
                );
            }
            var thumbnail = PlanThumbnail(stream, video, profile.Thumbnail);
            var transport = TransportPlanner.Make(profile, video, audio, decisions);
            return new Plan(profile.Name, grid, video, audio, ranges, thumbnail, [.. decisions])
            {
                Transport = transport,
                Subtitles = subtitles,
                Samples = samples,
            };
        }
        if (!source.Audio.Any(AudioPlanner.CanDecode))
        {
            throw source.Audio.Length == 0
                ? new RejectedException(
                    RejectionCode.NoMediaStreams,
                    "The source holds neither a moving picture nor sound: nothing can be made of it."
                )
                : Unsupported("sound", source.Audio[0].CodecTag ?? source.Audio[0].Codec);
        }
        return MakeAudioOnly(source, profile, decisions);
    }

    private static RejectedException Unsupported(string what, string codec) =>
        new(
            RejectionCode.UnsupportedCodec,
            $"The source's {what} is coded in a way that nothing here can decode ({codec}); convert it to H.264 and AAC."
        );

    private static MediaInfo FromZero(MediaInfo source) =>
        source with
        {
            StartTime = 0,
            Audio =
            [
                .. source.Audio.Select(track =>
                    track with
                    {
                        StartTime = track.StartTime - source.StartTime,
                    }
                ),
            ],
        };

    private static Plan MakeAudioOnly(MediaInfo source, Profile profile, List<Decision> decisions)
    {
        decisions.Add(
            new Decision(
                "video",
                "none: the source has no moving picture, so only audio is published"
            )
        );
        var origin = source.Audio.Where(AudioPlanner.CanDecode).Min(track => track.StartTime);
        var audio = AudioPlanner.Make(source, profile.Audio, origin, decisions);
        var duration =
            source.Audio.Max(track => track.Duration)
            ?? source.Duration
            ?? throw new RejectedException(
                RejectionCode.UnknownDuration,
                "The source does not say how long it is, and has no picture to count."
            );
        var sampleRate = profile.Audio.SampleRate;
        var units = Math.Max(
            1,
            (long)Math.Ceiling(duration * sampleRate / AudioRendition.FrameSamples)
        );
        var gop = (int)
            Math.Round(profile.Segments.GopSeconds * sampleRate / AudioRendition.FrameSamples);
        var grid = SegmentGrid.Even(
            units,
            AudioRendition.FrameSamples,
            sampleRate,
            gop,
            profile.Segments.GopsPerSegment
        );
        var subtitles = SubtitlePlanner.Make(source, profile.Subtitles, origin, decisions);
        var transport = TransportPlanner.Make(profile, null, audio, decisions);
        return new Plan(profile.Name, grid, null, audio, [], null, [.. decisions])
        {
            Transport = transport,
            Subtitles = subtitles,
        };
    }

    private static ThumbnailPlan PlanThumbnail(
        VideoStream stream,
        VideoPlan video,
        ThumbnailSettings settings
    )
    {
        var duration = video.Frames / video.FrameRate.ToDouble();
        var time = settings.AtSeconds < duration ? settings.AtSeconds : duration / 2;
        var (width, height) = (stream.DisplayWidth, stream.DisplayHeight);
        var scale = Math.Min(
            1,
            Math.Min((double)settings.MaxWidth / width, (double)settings.MaxHeight / height)
        );
        return new ThumbnailPlan(
            stream.Index,
            video.Origin + time,
            EvenBelow(width * scale),
            EvenBelow(height * scale)
        );
    }

    /// <summary>Colour conversion works on blocks of two by two.</summary>
    private static int EvenBelow(double size) => Math.Max(2, (int)(size / 2 + 0.001) * 2);
}
