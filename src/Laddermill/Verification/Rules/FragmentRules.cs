using System.Collections.Immutable;
using Laddermill.Verification.Boxes;
using Laddermill.Verification.Model;

namespace Laddermill.Verification.Rules;

/// <summary>What every fragment of a rendition must keep.</summary>
internal static class FragmentRules
{
    public static ImmutableArray<Rule> All { get; } =
    [
        Rule.Gate(
            "cmaf.one-track-fragment",
            "CMAF 7.3.2.1; DVB-DASH 4.3",
            "A moof has exactly one traf.",
            OneTrackFragment
        ),
        Rule.Gate(
            "cmaf.track-id",
            "ISO/IEC 14496-12 §8.8.7",
            "A fragment's track id is that of its init segment.",
            TrackId
        ),
        Rule.Gate(
            "cmaf.sample-data",
            "CMAF 7.3.2.3",
            "The samples of trun cover the mdat from its first to its last byte.",
            SampleData
        ),
        Rule.Gate(
            "cmaf.decode-times",
            "CMAF 7.3.2.2; HLS-AUTH 7.3",
            "tfdt of each fragment is the sum of all durations before it.",
            DecodeTimes
        ),
        Rule.Gate(
            "cmaf.key-frames",
            "CMAF 7.3.2.4; HLS-AUTH 7.4",
            "Every video fragment starts with an IDR picture, or in HEVC with another IRAP picture that no leading picture follows, in its bitstream and by its sample flags.",
            KeyFrames
        ),
        Rule.Advice(
            "cmaf.sequence-numbers",
            "ISO/IEC 14496-12 §8.8.5",
            RuleLevel.Must,
            "mfhd sequence numbers of a rendition rise.",
            SequenceNumbers,
            "No player that we know looks at them, and ranges that are encoded apart each count from 1."
        ),
        Rule.Advice(
            "cmaf.steady-frames",
            "CTA-5005; DASH-IF IOP 6.2.2",
            RuleLevel.Should,
            "All frames of a video rendition last the same number of ticks.",
            SteadyFrames
        ),
    ];

    private static void OneTrackFragment(Output output, Sheet sheet) =>
        Each(
            output,
            (_, segment, fragment) =>
                sheet.Expect(
                    fragment.TrackFragments == 1,
                    segment.Path,
                    $"{fragment.TrackFragments} traf in the moof at byte {fragment.Offset}"
                )
        );

    private static void TrackId(Output output, Sheet sheet) =>
        Each(
            output,
            (rendition, segment, fragment) =>
                sheet.Expect(
                    fragment.TrackId == rendition.Track!.Id,
                    segment.Path,
                    $"track {fragment.TrackId} in the moof at byte {fragment.Offset}, {rendition.Track.Id} in {rendition.InitTarget}"
                )
        );

    private static void SampleData(Output output, Sheet sheet) =>
        Each(
            output,
            (_, segment, fragment) =>
                sheet.Expect(
                    fragment.FillsData,
                    segment.Path,
                    $"the samples of the moof at byte {fragment.Offset} do not fill its mdat"
                )
        );

    private static void DecodeTimes(Output output, Sheet sheet)
    {
        foreach (var rendition in output.Whole)
        {
            var next = rendition.Segments[0].Start;
            foreach (var segment in rendition.Segments)
            {
                foreach (var fragment in segment.Fragments)
                {
                    sheet.Expect(
                        fragment.Start == next,
                        segment.Path,
                        $"tfdt {fragment.Start} where {next} was due ({(double)(fragment.Start - next) / rendition.Timescale:+0.######;-0.######} s), in {rendition.Where}"
                    );
                    next = fragment.Start + fragment.Duration;
                }
            }
        }
        sheet.Measure(
            $"{output.Whole.Sum(each => each.Fragments.Count())} fragments without a step"
        );
    }

    private static void KeyFrames(Output output, Sheet sheet)
    {
        foreach (var rendition in output.Video)
        {
            foreach (var segment in rendition.Segments)
            {
                foreach (var fragment in segment.Fragments)
                {
                    sheet.Expect(
                        fragment is { IsKeyFrame: true, IsFlaggedSync: true },
                        segment.Path,
                        $"the fragment at byte {fragment.Offset} starts with {(fragment.IsKeyFrame ? "a key frame that is not flagged as sync sample" : "no key frame that resets the decoder")}"
                    );
                }
            }
        }
    }

    private static void SequenceNumbers(Output output, Sheet sheet)
    {
        foreach (var rendition in output.Whole)
        {
            long before = -1;
            foreach (var segment in rendition.Segments)
            {
                foreach (var fragment in segment.Fragments)
                {
                    var isHigher = fragment.Sequence > before;
                    sheet.Expect(isHigher, segment.Path, $"{fragment.Sequence} after {before}");
                    before = fragment.Sequence;
                }
            }
        }
    }

    private static void SteadyFrames(Output output, Sheet sheet)
    {
        foreach (var rendition in output.Video)
        {
            var usual = rendition.Segments[0].Fragments[0].LongestSample;
            foreach (var segment in rendition.Segments)
            {
                foreach (var fragment in segment.Fragments)
                {
                    sheet.Expect(
                        fragment.ShortestSample == usual && fragment.LongestSample == usual,
                        segment.Path,
                        $"frames of {fragment.ShortestSample} to {fragment.LongestSample} ticks, {usual} at the start of the rendition"
                    );
                }
            }
        }
    }

    private static void Each(Output output, Action<Rendition, SegmentFacts, FragmentFacts> look)
    {
        foreach (var rendition in output.Whole)
        {
            foreach (var segment in rendition.Segments)
            {
                foreach (var fragment in segment.Fragments)
                {
                    look(rendition, segment, fragment);
                }
            }
        }
    }
}
