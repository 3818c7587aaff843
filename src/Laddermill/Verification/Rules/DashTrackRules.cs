using System.Collections.Immutable;
using System.Globalization;
using Laddermill.Media;
using Laddermill.Verification.Boxes;
using Laddermill.Verification.Model;

namespace Laddermill.Verification.Rules;

/// <summary>What the manifest says of each Representation, beside what the bitstream is.</summary>
internal static class DashTrackRules
{
    public static ImmutableArray<Rule> All { get; } =
    [
        Rule.Gate(
            "dash.codecs",
            "ISO/IEC 23009-1 §5.3.7.2; DASH-IF IOP 3.2.4",
            "@codecs is the one codec of the Representation, as the bitstream has it.",
            Codecs
        ),
        Rule.Gate(
            "dash.resolution",
            "DASH-IF IOP 3.2.4",
            "@width, @height and @sar of video are those of the bitstream.",
            Resolution
        ),
        Rule.Gate(
            "dash.frame-rate",
            "DASH-IF IOP 3.2.4",
            "@frameRate of video is there and is the measured one.",
            FrameRate
        ),
        Rule.Gate(
            "dash.dynamic-range",
            "DASH-IF IOP 10.2; ISO/IEC 23091-2 §8.2",
            "Pictures of high dynamic range (PQ, HLG) have a descriptor of their TransferCharacteristics, and others have none of such.",
            DynamicRange
        ),
        Rule.Gate(
            "dash.audio",
            "DASH-IF IOP 3.2.4",
            "@audioSamplingRate and AudioChannelConfiguration of audio are there and are those of the bitstream.",
            Audio
        ),
    ];

    private static void Codecs(Output output, Sheet sheet)
    {
        foreach (var (representation, rendition) in output.DashTracks)
        {
            if (rendition?.Track?.Codec is { } derived)
            {
                var declared = representation["codecs"];
                sheet.Expect(
                    declared is not null && CodecString.Same(declared, derived),
                    representation.Where,
                    $"{declared ?? "no codecs"}, the bitstream is {derived}"
                );
            }
        }
        sheet.Measure(output.DashTracks.Select(each => each.Representation["codecs"]));
    }

    private static void Resolution(Output output, Sheet sheet)
    {
        foreach (var (representation, rendition) in output.DashTracks)
        {
            if (rendition?.Track?.Video?.Picture is not { } picture)
            {
                continue;
            }
            var declared = $"{representation["width"]}x{representation["height"]}";
            sheet.Expect(
                declared == $"{picture.Width}x{picture.Height}",
                representation.Where,
                $"{declared}, the bitstream is {picture.Width}x{picture.Height}"
            );
            var aspect = Rational.Parse(representation["sar"] ?? "1:1");
            sheet.Expect(
                aspect == picture.SampleAspectRatio,
                representation.Where,
                $"sar {representation["sar"]}, the bitstream's is {picture.SampleAspectRatio}"
            );
        }
    }

    private static void FrameRate(Output output, Sheet sheet)
    {
        foreach (var (representation, rendition) in output.DashTracks)
        {
            if (rendition is not { IsVideo: true })
            {
                continue;
            }
            var declared = representation["frameRate"];
            var rate = Rational.Parse(declared)?.ToDouble() ?? 0;
            sheet.Expect(
                Math.Abs(rate - rendition.Rate) < 0.001,
                representation.Where,
                $"{declared ?? "no frameRate"}, measured {rendition.Rate:0.####}"
            );
        }
    }

    private static void DynamicRange(Output output, Sheet sheet)
    {
        foreach (var (representation, rendition) in output.DashTracks)
        {
            if (rendition?.Track?.Video?.Picture is not { } picture)
            {
                continue;
            }
            var declared = representation
                .Elements("EssentialProperty")
                .Concat(representation.Elements("SupplementalProperty"))
                .Where(each =>
                    each.Attribute("schemeIdUri")?.Value
                    == "urn:mpeg:mpegB:cicp:TransferCharacteristics"
                )
                .Select(each => each.Attribute("value")?.Value)
                .FirstOrDefault(value => value is "16" or "18");
            var measured = picture.VideoRange switch
            {
                "PQ" => "16",
                "HLG" => "18",
                _ => null,
            };
            sheet.Expect(
                declared == measured,
                representation.Where,
                $"TransferCharacteristics {declared ?? "not"} declared, the bitstream is {picture.VideoRange}"
            );
        }
    }

    private static void Audio(Output output, Sheet sheet)
    {
        foreach (var (representation, rendition) in output.DashTracks)
        {
            if (rendition?.Track?.Audio is not { } audio)
            {
                continue;
            }
            var rate = (audio.Config?.SampleRate ?? audio.SampleRate).ToString(
                CultureInfo.InvariantCulture
            );
            var channels = audio.Config?.Channels ?? audio.Channels;
            var saidRate = representation["audioSamplingRate"];
            sheet.Expect(
                saidRate == rate,
                representation.Where,
                $"audioSamplingRate {saidRate}, the bitstream has {rate}"
            );
            var saidChannels = representation
                .Elements("AudioChannelConfiguration")
                .Where(each =>
                    each.Attribute("schemeIdUri")?.Value
                        is "urn:mpeg:dash:23003:3:audio_channel_configuration:2011"
                            or "urn:mpeg:mpegB:cicp:ChannelConfiguration"
                )
                .Select(each => each.Attribute("value")?.Value)
                .FirstOrDefault();
            sheet.Expect(
                ChannelsOf(saidChannels) == channels,
                representation.Where,
                $"AudioChannelConfiguration {saidChannels}, the bitstream has {channels}"
            );
        }
    }

    /// <summary>ChannelConfiguration of ISO/IEC 23091-3: a number of a layout, not of channels.</summary>
    private static int? ChannelsOf(string? configuration) =>
        int.TryParse(configuration, CultureInfo.InvariantCulture, out var number)
            ? number switch
            {
                >= 1 and <= 6 => number,
                7 or 12 or 14 => 8,
                8 => 2,
                9 => 3,
                10 => 4,
                11 => 7,
                13 => 24,
                _ => null,
            }
            : null;
}
