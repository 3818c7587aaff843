using System.Collections.Immutable;
using Laddermill.Verification.Model;

namespace Laddermill.Verification.Rules;

/// <summary>How platforms like sound to be grouped.</summary>
internal static class HlsGroupAdvice
{
    public static ImmutableArray<Rule> All { get; } =
    [
        Rule.Advice(
            "hls.separate-audio",
            "HLS-AUTH 9.5",
            RuleLevel.Should,
            "Picture and sound are separate renditions.",
            SeparateAudio
        ),
        Rule.Advice(
            "hls.one-codec-a-group",
            "HLS-AUTH appendix: audio groups",
            RuleLevel.Should,
            "All members of an audio group have the same codec.",
            OneCodecAGroup
        ),
    ];

    private static void SeparateAudio(Output output, Sheet sheet)
    {
        foreach (var variant in output.Variants.Where(each => each.Main is { IsVideo: true }))
        {
            var hasSound = HlsVariantRules
                .Split(variant.Attributes["CODECS"])
                .Any(codec => codec.StartsWith("mp4a", StringComparison.Ordinal));
            sheet.Expect(!hasSound || variant.Attributes.Has("AUDIO"), variant.Where, $"muxed");
        }
    }

    private static void OneCodecAGroup(Output output, Sheet sheet)
    {
        foreach (var group in output.Variants.DistinctBy(each => each.Attributes["AUDIO"]))
        {
            var members = group.Audio.OfType<Rendition>().ToList();
            var codecs = members.Select(each => each.Track!.Codec).Distinct().ToList();
            sheet.Expect(codecs.Count <= 1, group.Where, $"{string.Join(", ", codecs)}");
        }
    }
}
