using System.Collections.Immutable;
using System.Globalization;
using Laddermill.Verification.Boxes;
using Laddermill.Verification.Model;
using Laddermill.Verification.Playlists;

namespace Laddermill.Verification.Rules;

/// <summary>What <c>master-ts.m3u8</c> and its media playlists say, beside what the segments are.</summary>
internal static class TransportPlaylistRules
{
    public static ImmutableArray<Rule> All { get; } =
    [
        Rule.Gate(
            "ts.version",
            "RFC 8216bis §8; Laddermill: for players of old",
            "Playlists of transport streams need no protocol version above 3 (4 for I-frames), and have no EXT-X-MAP.",
            Version
        ),
        Rule.Gate(
            "ts.extinf",
            "HLS-AUTH 8.1, 8.2",
            "EXTINF of any run of segments adds up to their true duration within one frame, with one target duration in all playlists.",
            Extinf
        ),
        Rule.Gate(
            "ts.bandwidth",
            "RFC 8216bis §4.4.6.2; HLS-AUTH 1.26, 1.27, 9.13",
            "BANDWIDTH and AVERAGE-BANDWIDTH are within 10 % of what was measured, sound inside and the costliest of its group together.",
            Bandwidth
        ),
        Rule.Gate(
            "ts.variants",
            "HLS-AUTH 9.1, 9.2, 9.15",
            "CODECS, RESOLUTION and FRAME-RATE are those of the bitstreams.",
            Variants
        ),
        Rule.Gate(
            "ts.iframes",
            "RFC 8216bis §4.4.3.6; HLS-AUTH 6.1",
            "I-frame playlists name every IDR picture, from the PAT in front of it to its last packet.",
            IFrames
        ),
    ];

    private static void Version(Output output, Sheet sheet)
    {
        if (output.Transport is not { } transport)
        {
            return;
        }
        foreach (var playlist in HlsGrammarRules.Playlists(transport))
        {
            var isIFrames = playlist is MediaPlaylist { IsIFramesOnly: true };
            var said = playlist.ValuesOf("EXT-X-VERSION").FirstOrDefault();
            var isNumber = int.TryParse(said, CultureInfo.InvariantCulture, out var version);
            sheet.Expect(
                (said is null || isNumber && version <= (isIFrames ? 4 : 3))
                    && !playlist.HasTag("EXT-X-MAP"),
                playlist.Path,
                $"version {said}{(playlist.HasTag("EXT-X-MAP") ? " with an EXT-X-MAP" : "")}"
            );
        }
    }

    private static void Extinf(Output output, Sheet sheet)
    {
        var widest = 0.0;
        var target = output.Transport?.Ordinary.FirstOrDefault()?.TargetDuration;
        foreach (var rendition in TransportRules.Whole(output))
        {
            var (declared, low, high) = (0.0m, 0.0, 0.0);
            for (var index = 0; index < rendition.Segments.Length; index++)
            {
                declared += rendition.Playlist.Segments[index].Duration;
                var until =
                    index + 1 < rendition.Segments.Length
                        ? rendition.Segments[index + 1].Start!.Value
                        : rendition.End;
                var error =
                    (double)declared - (until - rendition.Segments[0].Start!.Value) / 90_000;
                (low, high) = (Math.Min(low, error), Math.Max(high, error));
            }
            widest = Math.Max(widest, high - low);
            var frame = rendition.HasPictures
                ? rendition.PictureTicks / 90_000
                : 1024.0 / rendition.Audio!.Config.SampleRate;
            sheet.Expect(
                high - low <= Math.Max(frame, 0.001) && rendition.Playlist.TargetDuration == target,
                rendition.Where,
                $"{high - low:0.######} s away from what the segments hold; target duration {rendition.Playlist.TargetDuration}, {target} in the first"
            );
        }
        sheet.Measure($"at most {widest * 1e6:0.#} µs away");
    }

    private static void Bandwidth(Output output, Sheet sheet)
    {
        foreach (var (variant, main, group) in Measured(output))
        {
            var target = main.Playlist.TargetDuration ?? 1;
            var isOfItsGroup = group.Contains(main);
            var peak = Sum(each => each.PeakRate(target));
            var average = Sum(each => each.AverageRate);
            Expect("BANDWIDTH", peak);
            Expect("AVERAGE-BANDWIDTH", average);

            double Sum(Func<TransportRendition, double> rate) =>
                (isOfItsGroup ? 0 : rate(main)) + group.Select(rate).DefaultIfEmpty().Max();

            void Expect(string name, double measured)
            {
                var declared = variant.Attributes.Whole(name);
                sheet.Expect(
                    declared is not null && Rates.IsNear(declared.Value, measured),
                    variant.Where,
                    $"{name} {declared} bit/s, measured {measured:0}"
                );
            }
        }
    }

    private static void Variants(Output output, Sheet sheet)
    {
        foreach (var (variant, main, group) in Measured(output))
        {
            var codecs = group
                .Append(main)
                .SelectMany(each => (string?[])[each.Video?.Codec, each.Audio?.Codec])
                .OfType<string>()
                .Distinct()
                .ToList();
            var declared = HlsVariantRules.Split(variant.Attributes["CODECS"]);
            sheet.Expect(
                codecs.TrueForAll(codec => declared.Any(each => CodecString.Same(each, codec)))
                    && declared.All(each => codecs.Exists(codec => CodecString.Same(each, codec))),
                variant.Where,
                $"'{variant.Attributes["CODECS"]}', the bitstreams are {string.Join(",", codecs)}"
            );
            if (main.Video is not { Picture: { } picture })
            {
                continue;
            }
            var size = $"{picture.DisplayWidth}x{picture.Height}";
            sheet.Expect(
                variant.Attributes["RESOLUTION"] == size,
                variant.Where,
                $"{variant.Attributes["RESOLUTION"] ?? "no RESOLUTION"}, the bitstream is {size}"
            );
            var rate = main.PictureTicks > 0 ? 90_000 / main.PictureTicks : 0;
            var said = variant.Attributes.Fraction("FRAME-RATE");
            // Over a short clip, the rounding of times to ticks shows.
            sheet.Expect(
                rate <= 0 || said is not null && Math.Abs((double)said - rate) < 0.01 * rate,
                variant.Where,
                $"{variant.Attributes["FRAME-RATE"] ?? "no FRAME-RATE"}, measured {rate:0.###}"
            );
        }
    }

    /// <summary>Variants that can be measured, with the members of their groups that have segments of their own.</summary>
    private static IEnumerable<(
        HlsVariant Variant,
        TransportRendition Main,
        List<TransportRendition> Group
    )> Measured(Output output)
    {
        var renditions = TransportRules.Whole(output).ToDictionary(each => each.Where);
        foreach (var variant in output.Transport?.Variants ?? [])
        {
            if (!renditions.TryGetValue(variant.Playlist?.Path ?? "", out var main))
            {
                continue;
            }
            var group = output
                .Transport!.Multivariant!.Media.Where(media =>
                    media["TYPE"] == "AUDIO"
                    && media["GROUP-ID"] == variant.Attributes["AUDIO"]
                    && media.Has("URI")
                )
                .Select(media =>
                    OutputPath.Resolve(output.Transport.Multivariant.Path, media["URI"]!)
                )
                .ToList();
            if (group.TrueForAll(path => renditions.ContainsKey(path ?? "")))
            {
                yield return (variant, main, [.. group.Select(path => renditions[path!])]);
            }
        }
    }

    private static void IFrames(Output output, Sheet sheet)
    {
        var renditions = TransportRules.Whole(output).Where(each => each.HasPictures).ToList();
        foreach (var stream in output.Transport?.IFrameStreams ?? [])
        {
            if (stream.Playlist is not { } playlist)
            {
                continue;
            }
            var rendition = renditions.Find(each =>
                each.Segments[0].Path == playlist.Segments.FirstOrDefault()?.Target
            );
            if (rendition is null)
            {
                continue;
            }
            var expected = rendition.Segments.SelectMany(segment =>
                segment.Video!.Keys.Select(key => (segment.Path, key.Tables, key.End - key.Tables))
            );
            var found = playlist.Segments.Select(entry =>
                (entry.Target ?? "", entry.Range?.Offset ?? -1, entry.Range?.Length ?? -1)
            );
            sheet.Expect(
                found.SequenceEqual(expected),
                playlist.Path,
                $"{found.Count()} entries, of {expected.Count()} IDR pictures; the first that differs is {found.Except(expected).FirstOrDefault()}"
            );
            sheet.Expect(playlist.IsIFramesOnly, playlist.Path, $"no EXT-X-I-FRAMES-ONLY");
        }
    }
}
