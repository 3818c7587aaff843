using System.Collections.Immutable;
using Laddermill.Verification.Manifests;
using Laddermill.Verification.Model;

namespace Laddermill.Verification.Rules;

/// <summary>What DASH-IF and DVB ask of a manifest for their certification.</summary>
internal static class DashAdvice
{
    private const int DvbMostBytes = 256 * 1024;

    public static ImmutableArray<Rule> All { get; } =
    [
        Rule.Advice(
            "dash.video-attributes",
            "DASH-IF IOP 3.2.4",
            RuleLevel.Must,
            "A video AdaptationSet has contentType, par, size and frame rate (its own or as maximum), and each Representation has sar.",
            VideoAttributes
        ),
        Rule.Advice(
            "dash.progressive",
            "DASH-IF IOP 3.2.4",
            RuleLevel.Must,
            "@scanType is absent or progressive.",
            ScanType
        ),
        Rule.Advice(
            "dash.no-repeats",
            "DASH-IF IOP 3.2.4; DVB-DASH 4.4",
            RuleLevel.Should,
            "An attribute does not stand on an AdaptationSet and on its Representations too.",
            NoRepeats
        ),
        Rule.Advice(
            "dash.dvb-limits",
            "DVB-DASH 4.5",
            RuleLevel.Must,
            "The manifest has at most 256 KiB, 64 Periods, 16 AdaptationSets and 16 Representations in each.",
            DvbLimits,
            "A film of many hours needs a longer time line than 256 KiB hold when its segments differ."
        ),
        Rule.Advice(
            "dash.dvb-segment-duration",
            "DVB-DASH 4.5",
            RuleLevel.Must,
            "A segment lasts 1 to 15 seconds (the last one may be shorter).",
            SegmentDuration
        ),
        Rule.Advice(
            "dash.dvb-frame-rates",
            "DVB-DASH 5.1.3",
            RuleLevel.Should,
            "The frame rates of an AdaptationSet are whole multiples of each other.",
            FrameRates
        ),
        Rule.Advice(
            "dash.dvb-avc3",
            "DVB-DASH 5.1.2",
            RuleLevel.Should,
            "H.264 is avc3, with its parameters in the bitstream.",
            Avc3,
            "Apple's players want them in the init segment (HLS-AUTH 1.10), and there is one set of segments for both."
        ),
        Rule.Advice(
            "dash.audio-share",
            "DVB-DASH 4.5",
            RuleLevel.Should,
            "Sound takes at most 20 % of the lowest rendition's rate.",
            AudioShare,
            "Good sound is kept with the smallest picture: a stereo track of 128 kbit/s is cheap everywhere today."
        ),
    ];

    private static IEnumerable<AdaptationSet> VideoSets(Output output) =>
        (output.Manifest?.Sets ?? []).Where(set => set.Kind == "video");

    private static void VideoAttributes(Output output, Sheet sheet)
    {
        foreach (var set in VideoSets(output))
        {
            foreach (var name in new[] { "contentType", "par" })
            {
                sheet.Expect(set[name] is not null, set.Where, $"no {name}");
            }
            foreach (var name in new[] { "width", "height", "frameRate" })
            {
                var most = "max" + char.ToUpperInvariant(name[0]) + name[1..];
                sheet.Expect(
                    set[name] is not null || set[most] is not null,
                    set.Where,
                    $"no {most}"
                );
            }
            foreach (var each in set.Representations)
            {
                sheet.Expect(each["sar"] is not null, each.Where, $"no sar");
            }
        }
    }

    private static void ScanType(Output output, Sheet sheet)
    {
        foreach (var each in VideoSets(output).SelectMany(set => set.Representations))
        {
            var type = each["scanType"];
            sheet.Expect(type is null or "progressive", each.Where, $"{type}");
        }
    }

    private static void NoRepeats(Output output, Sheet sheet)
    {
        foreach (var set in output.Manifest?.Sets ?? [])
        {
            foreach (var each in set.Representations)
            {
                var repeated = each
                    .Element.Attributes()
                    .Select(attribute => attribute.Name.LocalName)
                    .Where(name => name != "id" && set[name] is not null)
                    .ToList();
                sheet.Expect(repeated.Count == 0, each.Where, $"{string.Join(", ", repeated)}");
            }
        }
    }

    private static void DvbLimits(Output output, Sheet sheet)
    {
        if (output.Manifest is not { Root: not null } manifest)
        {
            return;
        }
        var sets = manifest.Periods.Select(each => each.Sets.Length).DefaultIfEmpty().Max();
        var tracks = manifest
            .Sets.Select(each => each.Representations.Length)
            .DefaultIfEmpty()
            .Max();
        sheet.Expect(manifest.Bytes <= DvbMostBytes, manifest.Path, $"{manifest.Bytes} bytes");
        sheet.Expect(
            manifest.Periods.Length <= 64,
            manifest.Path,
            $"{manifest.Periods.Length} Periods"
        );
        sheet.Expect(sets <= 16, manifest.Path, $"{sets} AdaptationSets");
        sheet.Expect(tracks <= 16, manifest.Path, $"{tracks} Representations");
    }

    private static void SegmentDuration(Output output, Sheet sheet)
    {
        foreach (var track in output.DashTracks)
        {
            if (track.Rendition is not { } rendition)
            {
                continue;
            }
            foreach (var segment in rendition.Segments)
            {
                var seconds = (double)segment.Duration / rendition.Timescale;
                var isLast = segment == rendition.Segments[^1];
                sheet.Expect(
                    seconds <= 15 && (seconds >= 1 || isLast),
                    segment.Path,
                    $"{seconds:0.###} s"
                );
            }
        }
    }

    private static void FrameRates(Output output, Sheet sheet)
    {
        foreach (var set in VideoSets(output))
        {
            var rates = output
                .DashTracks.Where(track => set.Representations.Contains(track.Representation))
                .Select(track => track.Rendition?.Rate ?? 0)
                .Where(rate => rate > 0)
                .ToList();
            if (rates.Count > 0)
            {
                var lowest = rates.Min();
                var isWhole = rates.All(rate =>
                    Math.Abs(rate / lowest - Math.Round(rate / lowest)) < 0.001
                );
                sheet.Expect(isWhole, set.Where, $"{string.Join(", ", rates)}");
            }
        }
    }

    private static void Avc3(Output output, Sheet sheet)
    {
        foreach (var track in output.DashTracks)
        {
            if (track.Rendition?.Track?.SampleEntry is "avc1" or "avc3")
            {
                var entry = track.Rendition.Track.SampleEntry;
                sheet.Expect(entry == "avc3", track.Representation.Where, $"{entry}");
            }
        }
    }

    private static void AudioShare(Output output, Sheet sheet)
    {
        var video = output.Video.Select(each => each.AverageRate).ToList();
        var audio = output.Audio.Select(each => each.AverageRate).ToList();
        if (video.Count > 0 && audio.Count > 0)
        {
            var share = audio.Max() / (audio.Max() + video.Min());
            sheet.Expect(share <= 0.2, "output", $"{share:P0}");
        }
    }
}
