using System.Collections.Immutable;
using System.Globalization;
using Laddermill.Media;

namespace Laddermill.Ladders;

/// <summary>What becomes of subtitles: one rendition for each text track of the source and each file beside it.</summary>
internal static class SubtitlePlanner
{
    /// <summary>More than any menu can show.</summary>
    private const int MostRenditions = 64;

    public static ImmutableArray<SubtitleRendition> Make(
        MediaInfo source,
        SubtitleSettings settings,
        double origin,
        List<Decision> decisions
    )
    {
        var renditions = ImmutableArray.CreateBuilder<SubtitleRendition>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var labels = new HashSet<string>(StringComparer.Ordinal);
        foreach (var candidate in Candidates(source, origin))
        {
            if (WhyNot(candidate, settings, renditions.Count) is { } reason)
            {
                decisions.Add(
                    new Decision("subtitles", $"{Origin(candidate)} is left out: {reason}")
                    {
                        IsLoss = candidate.Codec == "unknown",
                    }
                );
                continue;
            }
            var rendition = candidate with
            {
                Name = Distinct(candidate.Name, "-", names),
                Label = Distinct(candidate.Label, " ", labels),
                IsDefault = candidate.IsDefault && !renditions.Any(each => each.IsDefault),
            };
            renditions.Add(rendition);
            decisions.Add(new Decision(rendition.Name, $"from {Origin(candidate)}, as WebVTT"));
        }
        return renditions.ToImmutable();
    }

    private static IEnumerable<SubtitleRendition> Candidates(MediaInfo source, double origin) =>
        source
            .Subtitles.Select(stream => new SubtitleRendition(
                "",
                stream.Index,
                null,
                stream.Codec,
                Languages.ToBcp47(stream.Language),
                stream.Title ?? "",
                // Most programs mark the first track as default without being asked: nobody gets subtitles unasked for that.
                false,
                stream.IsForced,
                stream.IsHearingImpaired,
                origin
            ))
            .Concat(
                (source.Sidecars ?? []).Select(file => new SubtitleRendition(
                    "",
                    null,
                    file.Name,
                    file.Format,
                    file.Language,
                    "",
                    file.IsDefault,
                    file.IsForced,
                    file.IsHearingImpaired,
                    // People time these to what a player shows.
                    0
                ))
            )
            .Select(each => each with { Name = NameOf(each), Label = LabelOf(each) });

    private static string? WhyNot(
        SubtitleRendition candidate,
        SubtitleSettings settings,
        int count
    ) =>
        candidate.StreamIndex is not null && !SubtitleStream.IsTextCodec(candidate.Codec)
            ? candidate.Codec switch
            {
                "unknown" => "nothing here knows its codec",
                "dvb_teletext" => "pages of teletext are not converted",
                _ => "it is made of pictures, not of text",
            }
        : settings.Tracks == "none" ? "the profile wants none"
        : !IsWanted(candidate.Language, settings.Languages)
            ? $"the profile wants {string.Join(", ", settings.Languages)} only"
        : count == MostRenditions
            ? string.Create(CultureInfo.InvariantCulture, $"there are {MostRenditions} before it")
        : null;

    /// <summary><c>pt</c> stands for <c>pt-BR</c>, too; an unknown language is called <c>und</c>.</summary>
    private static bool IsWanted(string? language, ImmutableArray<string> wanted) =>
        wanted.IsEmpty
        || wanted.Any(each =>
            each.Equals(language ?? "und", StringComparison.OrdinalIgnoreCase)
            || language?.StartsWith(each + "-", StringComparison.OrdinalIgnoreCase) == true
        );

    private static string Origin(SubtitleRendition candidate) =>
        candidate.File is { } file
            ? $"the file {file}"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"track {candidate.StreamIndex} ({candidate.Codec})"
            );

    private static string NameOf(SubtitleRendition candidate) =>
        $"subtitles-{Languages.ToIso639(candidate.Language)}{Purpose(candidate, "-forced", "-sdh")}";

    private static string LabelOf(SubtitleRendition candidate) =>
        candidate.Label.Length > 0
            ? candidate.Label
            : $"{Languages.Name(candidate.Language) ?? "Subtitles"}{Purpose(candidate, " (forced)", " (SDH)")}";

    private static string Purpose(SubtitleRendition candidate, string forced, string hearing) =>
        candidate.IsForced ? forced
        : candidate.IsHearingImpaired ? hearing
        : "";

    private static string Distinct(string name, string separator, HashSet<string> taken)
    {
        for (var number = 1; ; number++)
        {
            var candidate = number == 1 ? name : $"{name}{separator}{number}";
            if (taken.Add(candidate))
            {
                return candidate;
            }
        }
    }
}
