using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Laddermill.Verification.Model;
using Laddermill.Verification.Playlists;

namespace Laddermill.Verification.Rules;

/// <summary>EXT-X-MEDIA and the groups it makes.</summary>
internal static partial class HlsGroupRules
{
    private static readonly string[] Required = ["TYPE", "GROUP-ID", "NAME"];
    private static readonly string[] GroupTypes =
    [
        "AUDIO",
        "VIDEO",
        "SUBTITLES",
        "CLOSED-CAPTIONS",
    ];

    public static ImmutableArray<Rule> All { get; } =
    [
        Rule.Gate(
            "hls.media-attributes",
            "RFC 8216bis §4.4.6.1",
            "EXT-X-MEDIA has TYPE, GROUP-ID and NAME, and what its type asks for and no more.",
            MediaAttributes
        ),
        Rule.Gate(
            "hls.groups",
            "RFC 8216bis §4.4.6.2",
            "AUDIO, VIDEO, SUBTITLES and CLOSED-CAPTIONS name a group that there is.",
            Groups
        ),
        Rule.Gate(
            "hls.group-names",
            "RFC 8216bis §4.4.6.1.1",
            "Members of a group have different names, and at most one is the default.",
            GroupNames
        ),
        Rule.Gate(
            "hls.group-tracks",
            "HLS-AUTH appendix: audio groups",
            "Every audio group offers the same names and languages: a player that changes the variant loses no track.",
            GroupTracks
        ),
        Rule.Gate(
            "hls.language",
            "HLS-AUTH 8.10; RFC 5646",
            "Every EXT-X-MEDIA but TYPE=VIDEO has a LANGUAGE, written as RFC 5646 has it.",
            Language
        ),
        Rule.Gate(
            "hls.accessibility",
            "HLS-AUTH 2.14, 4.6, 5.11",
            "What describes video or transcribes dialogue, and what is forced, says AUTOSELECT=YES.",
            Accessibility
        ),
        Rule.Gate(
            "hls.channels",
            "RFC 8216bis §4.4.6.1",
            "CHANNELS of audio is the bitstream's number of channels.",
            Channels
        ),
    ];

    private static void MediaAttributes(Output output, Sheet sheet) =>
        Each(
            output,
            (media, where) =>
            {
                var problem =
                    Required.FirstOrDefault(name => !media.Has(name)) is { } absent ? $"no {absent}"
                    : media["TYPE"] == "SUBTITLES" && !media.Has("URI") ? "subtitles without URI"
                    : media["TYPE"] == "CLOSED-CAPTIONS"
                    && (media.Has("URI") || !media.Has("INSTREAM-ID"))
                        ? "closed captions take an INSTREAM-ID and no URI"
                    : media["TYPE"] != "CLOSED-CAPTIONS" && media.Has("INSTREAM-ID")
                        ? "INSTREAM-ID is of closed captions only"
                    : media["TYPE"] != "SUBTITLES" && media.Has("FORCED")
                        ? "FORCED is of subtitles only"
                    : media.IsYes("DEFAULT") && media["AUTOSELECT"] == "NO"
                        ? "DEFAULT=YES with AUTOSELECT=NO"
                    : null;
                sheet.Expect(problem is null, where, $"{problem}");
            }
        );

    private static void Groups(Output output, Sheet sheet)
    {
        foreach (var variant in output.Variants)
        {
            foreach (var type in GroupTypes)
            {
                var group = variant.Attributes[type];
                if (group is null || (type == "CLOSED-CAPTIONS" && group == "NONE"))
                {
                    continue;
                }
                var isThere = output.Multivariant!.Media.Any(media =>
                    media["TYPE"] == type && media["GROUP-ID"] == group
                );
                sheet.Expect(isThere, variant.Where, $"no {type} group '{group}'");
            }
        }
    }

    private static void GroupNames(Output output, Sheet sheet)
    {
        var groups = (output.Multivariant?.Media ?? []).GroupBy(media =>
            (media["TYPE"], media["GROUP-ID"])
        );
        foreach (var group in groups)
        {
            var where = $"{output.Multivariant!.Path} {group.Key.Item1} '{group.Key.Item2}'";
            var names = group.Select(media => media["NAME"]).ToList();
            var defaults = group.Count(media => media.IsYes("DEFAULT"));
            sheet.Expect(
                names.Distinct().Count() == names.Count,
                where,
                $"names {string.Join(", ", names)}"
            );
            sheet.Expect(defaults <= 1, where, $"{defaults} members are the default");
        }
    }

    private static void GroupTracks(Output output, Sheet sheet)
    {
        var groups = (output.Multivariant?.Media ?? [])
            .Where(media => media["TYPE"] == "AUDIO")
            .GroupBy(media => media["GROUP-ID"])
            .Select(group =>
                (
                    group.Key,
                    Tracks: group.Select(each => (each["NAME"], each["LANGUAGE"])).ToHashSet()
                )
            )
            .ToList();
        foreach (var (id, tracks) in groups)
        {
            var absent = groups.SelectMany(group => group.Tracks).Except(tracks).ToList();
            sheet.Expect(
                absent.Count == 0,
                $"{output.Multivariant!.Path} AUDIO '{id}'",
                $"no {string.Join(", ", absent.Select(track => $"{track.Item1} ({track.Item2})"))}"
            );
        }
    }

    private static void Language(Output output, Sheet sheet) =>
        Each(
            output,
            (media, where) =>
            {
                if (media["TYPE"] != "VIDEO")
                {
                    var tag = media["LANGUAGE"];
                    sheet.Expect(IsLanguage(tag), where, $"{tag ?? "no LANGUAGE"}");
                }
            }
        );

    /// <summary>The shape of a tag of RFC 5646 §2.1, not whether anybody registered it.</summary>
    public static bool IsLanguage(string? tag) => tag is not null && LanguageTag().IsMatch(tag);

    private static void Accessibility(Output output, Sheet sheet) =>
        Each(
            output,
            (media, where) =>
            {
                var traits = media["CHARACTERISTICS"] ?? "";
                var isHelp = traits.Contains("public.accessibility.") || media.IsYes("FORCED");
                sheet.Expect(
                    !isHelp || media.IsYes("AUTOSELECT"),
                    where,
                    $"'{traits}' without AUTOSELECT=YES"
                );
            }
        );

    private static void Channels(Output output, Sheet sheet) =>
        Each(
            output,
            (media, where) =>
            {
                var uri = OutputPath.Resolve(output.Multivariant!.Path, media["URI"] ?? "");
                var audio = output.Audio.FirstOrDefault(each => each.Where == uri)?.Track?.Audio;
                if (media["TYPE"] != "AUDIO" || audio is null)
                {
                    return;
                }
                var measured = $"{audio.Config?.Channels ?? audio.Channels}";
                var declared = media["CHANNELS"]?.Split('/')[0];
                sheet.Expect(
                    declared == measured,
                    where,
                    $"{declared ?? "no CHANNELS"}, the bitstream has {measured}"
                );
            }
        );

    private static void Each(Output output, Action<AttributeList, string> look)
    {
        foreach (var media in output.Multivariant?.Media ?? [])
        {
            look(media, $"{output.Multivariant!.Path} line {media.Line}");
        }
    }

    [GeneratedRegex(
        "^(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:-[a-wy-z0-9](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?$",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex LanguageTag();
}
