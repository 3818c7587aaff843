using System.Collections.Immutable;
using Laddermill.Verification.Boxes;
using Laddermill.Verification.Model;

namespace Laddermill.Verification.Rules;

/// <summary>What EXT-X-I-FRAME-STREAM-INF says, and what platforms like of it.</summary>
internal static class IFrameStreamRules
{
    public static ImmutableArray<Rule> All { get; } =
    [
        Rule.Gate(
            "iframes.attributes",
            "HLS-AUTH 9.1 to 9.4; RFC 8216bis §4.4.6.3",
            "EXT-X-I-FRAME-STREAM-INF has a URI, and CODECS and RESOLUTION as the bitstream has them.",
            Attributes
        ),
        Rule.Gate(
            "iframes.bandwidth",
            "RFC 8216bis §4.4.6.3; HLS-AUTH 1.27",
            "BANDWIDTH is within 10 % of the measured peak of the byte ranges.",
            Bandwidth
        ),
        Rule.Advice(
            "iframes.several",
            "HLS-AUTH 6.5",
            RuleLevel.Should,
            "There are I-frame playlists of several bit rates.",
            Several
        ),
        Rule.Advice(
            "iframes.dense",
            "HLS-AUTH 6.2",
            RuleLevel.Should,
            "There is one I-frame a second.",
            Dense,
            "Key frames of the ordinary renditions are used, one every two seconds, at no cost in storage."
        ),
    ];

    private static void Attributes(Output output, Sheet sheet)
    {
        foreach (var stream in output.IFrameStreams)
        {
            sheet.Expect(stream.Attributes.Has("URI"), stream.Where, $"no URI");
            if (stream.Video?.Track?.Codec is { } derived)
            {
                var declared = stream.Attributes["CODECS"];
                sheet.Expect(
                    declared is not null && CodecString.Same(declared, derived),
                    stream.Where,
                    $"{declared ?? "no CODECS"}, the bitstream is {derived}"
                );
            }
            HlsVariantRules.ExpectResolution(sheet, stream.Where, stream.Attributes, stream.Video);
        }
    }

    private static void Bandwidth(Output output, Sheet sheet)
    {
        foreach (var stream in output.IFrameStreams)
        {
            if (stream is not { Video: not null, Playlist.TargetDuration: > 0 and var target })
            {
                continue;
            }
            var measured = Rates.Peak(
                [
                    .. stream.Playlist.Segments.Select(each =>
                        (each.Range?.Length ?? 0, (double)each.Duration)
                    ),
                ],
                target
            );
            var declared = stream.Attributes.Whole("BANDWIDTH");
            sheet.Expect(
                declared is not null && Rates.IsNear(declared.Value, measured),
                stream.Where,
                $"{declared} bit/s, measured peak {measured:0}"
            );
        }
    }

    private static void Several(Output output, Sheet sheet)
    {
        if (output.Variants.Count(each => each.Main is { IsVideo: true }) > 1)
        {
            var count = output.IFrameStreams.Length;
            sheet.Expect(count > 1, output.Multivariant!.Path, $"{count}");
        }
    }

    private static void Dense(Output output, Sheet sheet)
    {
        var playlists = output
            .IFrameStreams.Select(each => each.Playlist)
            .Where(each => each is { Segments.IsEmpty: false })
            .ToList();
        if (playlists.Count > 0)
        {
            var densest = playlists.Min(each => each!.Duration / each.Segments.Length);
            sheet.Expect(densest <= 1.05m, playlists[0]!.Path, $"one every {densest:0.##} s");
        }
    }
}
