using System.Collections.Immutable;
using Laddermill.Verification.Model;
using Laddermill.Verification.Transport;

namespace Laddermill.Verification.Rules;

/// <summary>Times of transport streams: clock, pictures, sound, and all of them beside each other.</summary>
internal static class TransportTimeRules
{
    private const double Clock = 90_000;

    /// <summary>Times are rounded to a tick, each for itself.</summary>
    private const double Rounding = 1.5;

    public static ImmutableArray<Rule> All { get; } =
    [
        Rule.Gate(
            "ts.clock",
            "ISO/IEC 13818-1 §2.7.2",
            "Program clock references ascend, are at most 0.1 s apart, also from segment to segment, and are behind the times that they stand before.",
            References
        ),
        Rule.Gate(
            "ts.picture-times",
            "HLS-AUTH 7.1, 7.3",
            "Decoding times ascend in equal steps without a break between segments, and no picture is shown before it is decoded.",
            PictureTimes
        ),
        Rule.Gate(
            "ts.sound-times",
            "HLS-AUTH 7.1; ISO/IEC 14496-3 §1.A.2",
            "Sound goes on without a gap or overlap, within segments and from one to the next.",
            SoundTimes
        ),
        Rule.Gate(
            "ts.sync",
            "HLS-AUTH 8.3",
            "The sound inside a segment begins with its pictures, within one AAC frame, and the whole of it ends with them.",
            Sync
        ),
        Rule.Gate(
            "ts.grid",
            "HLS-AUTH 8.22",
            "All renditions have their segments at the same times, and as many pictures, as the CMAF renditions.",
            Grid
        ),
    ];

    private static void References(Output output, Sheet sheet)
    {
        var widest = 0L;
        foreach (var rendition in TransportRules.Whole(output))
        {
            ClockFacts? before = null;
            foreach (var segment in rendition.Segments)
            {
                if (segment.Clock is not { } clock)
                {
                    sheet.Fail(segment.Path, "no program clock reference");
                    continue;
                }
                var shortest = Math.Min(
                    clock.Shortest,
                    clock.First - before?.Last ?? long.MaxValue
                );
                var longest = Math.Max(clock.Longest, clock.First - before?.Last ?? 0);
                widest = Math.Max(widest, longest);
                var first = segment.Video?.FirstDecoded ?? segment.Audio!.FirstShown;
                sheet.Expect(
                    shortest > 0 && longest <= 2_700_000 && clock.First <= first * 300,
                    segment.Path,
                    $"references are {shortest / 27e6:0.###} to {longest / 27e6:0.###} s apart; the first is {clock.First / 27e6:0.###}, decoding begins at {first / Clock:0.###}"
                );
                before = clock;
            }
        }
        sheet.Measure($"at most {widest / 27e3:0} ms apart");
    }

    private static void PictureTimes(Output output, Sheet sheet)
    {
        foreach (var rendition in TransportRules.Whole(output).Where(each => each.HasPictures))
        {
            var step = rendition.PictureTicks;
            long? before = null;
            foreach (var segment in rendition.Segments)
            {
                if (segment.Video is not { } video)
                {
                    sheet.Fail(segment.Path, "no pictures");
                    continue;
                }
                var across = video.FirstDecoded - before ?? step;
                var (low, high) =
                    video.Pictures > 1
                        ? (
                            Math.Min(across, video.ShortestStep),
                            Math.Max(across, video.LongestStep)
                        )
                        : (across, across);
                sheet.Expect(
                    low > 0
                        && low >= step - Rounding
                        && high <= step + Rounding
                        && video.IsShownInTime,
                    segment.Path,
                    $"decoding times are {low} to {high} ticks apart, {step:0.#} on average{(video.IsShownInTime ? "" : "; a picture is shown before it is decoded")}"
                );
                before = video.LastDecoded;
            }
        }
    }

    private static void SoundTimes(Output output, Sheet sheet)
    {
        var widest = 0.0;
        foreach (var rendition in TransportRules.Whole(output))
        {
            double? end = null;
            foreach (var audio in rendition.Segments.Select(each => (each.Path, each.Audio)))
            {
                if (audio.Audio is not { } sound)
                {
                    continue;
                }
                var drift = Math.Max(sound.WidestDrift, Math.Abs(sound.FirstShown - end ?? 0));
                widest = Math.Max(widest, drift);
                sheet.Expect(
                    drift <= 2 * Rounding,
                    audio.Path,
                    $"{drift:0.#} ticks of 90 kHz from where the sound before ends"
                );
                end = sound.End;
            }
        }
        sheet.Measure($"at most {widest:0.#} ticks of 90 kHz off");
    }

    private static void Sync(Output output, Sheet sheet)
    {
        var widest = 0.0;
        foreach (var rendition in TransportRules.Whole(output).Where(each => each.HasPictures))
        {
            var last = 0.0;
            foreach (var segment in rendition.Segments)
            {
                if (segment is not { Video: { } video, Audio: { } sound })
                {
                    continue;
                }
                var apart = Math.Abs(sound.FirstShown - video.FirstShown);
                widest = Math.Max(widest, apart);
                var frame = 1024 * Clock / sound.Config.SampleRate;
                sheet.Expect(
                    apart <= frame,
                    segment.Path,
                    $"the sound begins {apart / Clock:0.####} s away from the pictures"
                );
                last = sound.End;
                if (segment == rendition.Segments[^1])
                {
                    sheet.Expect(
                        Math.Abs(last - rendition.End) <= frame + Rounding,
                        segment.Path,
                        $"the sound ends {(last - rendition.End) / Clock:0.####} s behind the pictures"
                    );
                }
            }
        }
        sheet.Measure($"at most {widest / Clock * 1000:0.#} ms apart");
    }

    private static void Grid(Output output, Sheet sheet)
    {
        var renditions = TransportRules.Whole(output).ToList();
        var first = renditions.Find(each => each.HasPictures) ?? renditions.FirstOrDefault();
        var cmaf =
            first is null ? null
            : first.HasPictures ? output.Video.FirstOrDefault()
            : output.Audio.FirstOrDefault();
        foreach (var rendition in renditions)
        {
            // Boundaries of sound lie on its own frames.
            var slack = rendition.HasPictures ? Rounding : 2400;
            var starts = rendition.Segments.Select(each => each.Start!.Value).ToList();
            var expected = first!.Segments.Select(each => (double)each.Start!.Value).ToList();
            Expect(rendition.Where, starts, expected, slack, $"as {first.Where}");
            if (cmaf is not null && rendition == first)
            {
                var own = cmaf.Segments.Select(each =>
                    starts[0]
                    + (double)(each.Start - cmaf.Segments[0].Start) * Clock / cmaf.Timescale
                );
                Expect(rendition.Where, starts, [.. own], slack, $"as {cmaf.Where}");
            }
            if (cmaf is { IsVideo: true } && rendition.HasPictures)
            {
                sheet.Expect(
                    rendition.Pictures == cmaf.Samples,
                    rendition.Where,
                    $"{rendition.Pictures} pictures, {cmaf.Samples} in {cmaf.Where}"
                );
            }
        }

        void Expect(string where, List<long> found, List<double> wanted, double slack, string like)
        {
            var off = found
                .Zip(wanted, (one, other) => Math.Abs(one - other))
                .DefaultIfEmpty()
                .Max();
            sheet.Expect(
                found.Count == wanted.Count && off <= slack,
                where,
                $"{found.Count} segments, {wanted.Count} expected {like}, and up to {off / Clock:0.####} s away"
            );
        }
    }
}
