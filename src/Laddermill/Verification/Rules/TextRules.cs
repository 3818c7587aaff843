using System.Collections.Immutable;
using Laddermill.Verification.Manifests;
using Laddermill.Verification.Model;
using Laddermill.Verification.Texts;

namespace Laddermill.Verification.Rules;

/// <summary>Subtitles as WebVTT.</summary>
internal static class TextRules
{
    private static readonly string[] Roles = ["subtitle", "caption", "forced-subtitle"];

    public static ImmutableArray<Rule> All { get; } =
    [
        Rule.Gate(
            "text.webvtt",
            "HLS-AUTH 5.2; W3C WebVTT §4",
            "Every file of subtitles is WebVTT that a strict reader takes, its cues in order of time.",
            WebVtt
        ),
        Rule.Gate(
            "text.timestamp-map",
            "RFC 8216bis §3.1.4; HLS-AUTH 5.2",
            "Every segment of subtitles has an X-TIMESTAMP-MAP that puts time 0 of its text on time 0 of the media.",
            TimestampMap
        ),
        Rule.Gate(
            "text.cues",
            "RFC 8216bis §3.1.4",
            "A cue stands in every segment during which it is shown, and in no other.",
            Cues
        ),
        Rule.Gate(
            "text.duration",
            "HLS-AUTH 5.3",
            "A playlist of subtitles covers the whole of what is played, within one frame of picture or sound.",
            Duration
        ),
        Rule.Gate(
            "text.same-text",
            "Laddermill: one text for both protocols",
            "HLS and DASH have the same subtitles, cue by cue.",
            SameText
        ),
        Rule.Gate(
            "dash.text",
            "DASH-IF IOP 6.4.5; ISO/IEC 23009-1 §5.8.5.5",
            "Plain WebVTT is one file by BaseURL, and its AdaptationSet says whether it is subtitles, captions or forced subtitles.",
            DashText
        ),
    ];

    private static void WebVtt(Output output, Sheet sheet)
    {
        var named = TextRendition
            .Of(output)
            .SelectMany(each => each.Segments)
            .Select(segment => segment.Entry.Target)
            .Concat(Files(output).Select(each => each.Segments.FirstOrDefault().Target));
        foreach (var path in named.OfType<string>().Distinct())
        {
            if (output.Files.GetValueOrDefault(path) is { } file)
            {
                var problem = file is TextFacts text ? text.Problem : "it is not named .vtt";
                sheet.Expect(problem is null, path, $"{problem}");
            }
        }
    }

    private static void TimestampMap(Output output, Sheet sheet)
    {
        foreach (var segment in TextRendition.Of(output).SelectMany(each => each.Segments))
        {
            if (segment.Facts is { } text)
            {
                var isRight = text.Map is { } map && map.Mpegts == map.Local * 90;
                sheet.Expect(isRight, text.Path, $"{text.Map?.ToString() ?? "no X-TIMESTAMP-MAP"}");
            }
        }
    }

    private static void Cues(Output output, Sheet sheet)
    {
        foreach (var rendition in TextRendition.Of(output))
        {
            var all = rendition.Segments.SelectMany(each => each.Facts?.Cues ?? []).ToHashSet();
            foreach (var (_, from, until, facts) in rendition.Segments)
            {
                if (facts is null)
                {
                    continue;
                }
                // In milliseconds, as cues are; EXTINF is rounded to the microsecond.
                var (start, end) = ((double)from * 1000, (double)until * 1000);
                var stray = facts.Cues.Where(cue => cue.End < start || cue.Start > end).ToList();
                var lost = all.Where(cue => cue.End > start + 1 && cue.Start < end - 1)
                    .Except(facts.Cues)
                    .ToList();
                sheet.Expect(
                    stray.Count == 0,
                    facts.Path,
                    $"{stray.FirstOrDefault()} is not of {from} to {until} s"
                );
                sheet.Expect(lost.Count == 0, facts.Path, $"{lost.FirstOrDefault()} is not in it");
            }
        }
    }

    private static void Duration(Output output, Sheet sheet)
    {
        var longest = output.Whole.MaxBy(each => each.ShownUntil);
        foreach (var rendition in longest is null ? [] : TextRendition.Of(output))
        {
            var seconds = (double)rendition.Playlist.Duration;
            sheet.Expect(
                Math.Abs(seconds - longest!.ShownUntil) <= longest.LongestSample + 0.001,
                rendition.Playlist.Path,
                $"{seconds:0.######} s, {longest.Where} ends at {longest.ShownUntil:0.######} s"
            );
        }
    }

    private static void SameText(Output output, Sheet sheet)
    {
        if (output.Multivariant is null || output.Manifest?.Root is null)
        {
            return;
        }
        var hls = TextRendition
            .Of(output)
            .ToDictionary(
                each => Folder(each.Playlist.Path),
                each => each.Segments.SelectMany(segment => segment.Facts?.Cues ?? []).ToHashSet()
            );
        var dash = Files(output)
            .Select(each =>
                output.Files.GetValueOrDefault(each.Segments.FirstOrDefault().Target ?? "")
            )
            .OfType<TextFacts>()
            .DistinctBy(each => each.Path)
            .ToLookup(each => Folder(each.Path));
        foreach (var folder in hls.Keys.Union(dash.Select(each => each.Key)))
        {
            var ours = hls.GetValueOrDefault(folder);
            var theirs = dash[folder].FirstOrDefault()?.Cues.ToHashSet();
            sheet.Expect(
                ours is not null && theirs is not null && ours.SetEquals(theirs),
                folder,
                $"HLS has {ours?.Count ?? 0} cues and DASH {theirs?.Count ?? 0}, not the same"
            );
        }
    }

    private static void DashText(Output output, Sheet sheet)
    {
        foreach (var each in Files(output))
        {
            sheet.Expect(
                each.Segments.Length == 1,
                each.Where,
                $"{each.Segments.Length} files by BaseURL"
            );
            var roles = each.Elements("Role")
                .Select(role => role.Attribute("value")?.Value)
                .ToList();
            sheet.Expect(
                roles.Intersect(Roles).Count() == 1,
                each.Where,
                $"Role {string.Join(", ", roles)}"
            );
        }
    }

    private static IEnumerable<Representation> Files(Output output) =>
        (output.Manifest?.Representations ?? []).Where(each => each["mimeType"] == "text/vtt");

    private static string Folder(string path) => path[..(path.LastIndexOf('/') + 1)];
}
