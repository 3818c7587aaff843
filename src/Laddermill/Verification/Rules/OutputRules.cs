using System.Collections.Immutable;
using Laddermill.Verification.Manifests;
using Laddermill.Verification.Model;

namespace Laddermill.Verification.Rules;

/// <summary>What holds for an output whatever the protocol.</summary>
internal static class OutputRules
{
    public static ImmutableArray<Rule> All { get; } =
    [
        Rule.Gate(
            "output.entry",
            "Laddermill: names of the output",
            "There is a master.m3u8, a dash.mpd or both.",
            Entry
        ),
        Rule.Gate(
            "output.files",
            "RFC 8216bis §6.2.1; DASH-IF TIMING 7",
            "Every file that a playlist or the manifest names is there and not empty.",
            Files
        ),
        Rule.Gate(
            "output.paths",
            "Laddermill: an output can be moved and copied whole",
            "Every URI is relative and stays inside the output's folder.",
            Paths
        ),
        Rule.Gate(
            "output.same-media",
            "Laddermill: one set of segments for both protocols",
            "HLS and DASH name the same init segments and, for each, the same segments in the same order.",
            SameMedia
        ),
    ];

    private static void Entry(Output output, Sheet sheet) =>
        sheet.Expect(
            output.Multivariant is not null || output.Manifest is not null,
            "output",
            $"neither master.m3u8 nor dash.mpd is there"
        );

    private static void Files(Output output, Sheet sheet)
    {
        foreach (var missing in output.Missing)
        {
            sheet.Fail(missing.Where, $"missing or empty, {missing.Found}");
        }
        sheet.Count(output.Files.Count);
        sheet.Measure($"{output.Files.Count + output.MediaPlaylists.Length} files");
    }

    private static void Paths(Output output, Sheet sheet)
    {
        if (output.Multivariant is { } multivariant)
        {
            foreach (var uri in multivariant.Uris)
            {
                var isInside = OutputPath.Resolve(multivariant.Path, uri) is not null;
                sheet.Expect(isInside, multivariant.Path, $"'{uri}'");
            }
        }
        foreach (var playlist in output.MediaPlaylists)
        {
            foreach (var segment in playlist.Segments)
            {
                var where = segment.Target is null ? $"{playlist.Path} line {segment.Line}" : "";
                sheet.Expect(segment.Target is not null, where, $"'{segment.Uri}'");
            }
            foreach (var map in playlist.Maps)
            {
                var isInside = OutputPath.Resolve(playlist.Path, map["URI"] ?? "") is not null;
                sheet.Expect(isInside, $"{playlist.Path} line {map.Line}", $"'{map["URI"]}'");
            }
        }
        foreach (var element in output.Manifest?.Root?.Descendants() ?? [])
        {
            if (element.Name == Manifest.Namespace + "BaseURL")
            {
                var isFile = element.Parent!.Name == Manifest.Namespace + "Representation";
                sheet.Expect(
                    isFile && OutputPath.Resolve(output.Manifest!.Path, element.Value) is not null,
                    output.Manifest!.Path,
                    $"BaseURL '{element.Value}'"
                );
            }
        }
        foreach (var each in output.Manifest?.Representations ?? [])
        {
            var outside = each.Segments.Count(segment => segment.Target is null);
            sheet.Expect(outside == 0, each.Where, $"'{each.Template?.Media}'");
            sheet.Expect(
                each.InitTarget is not null || each.Template?.Initialization is null,
                each.Where,
                $"'{each.Template?.Initialization}'"
            );
        }
    }

    private static void SameMedia(Output output, Sheet sheet)
    {
        if (output.Multivariant is null || output.Manifest?.Root is null)
        {
            return;
        }
        var hls = output
            .Ordinary.Select(playlist =>
                (
                    Init: References.InitOf(playlist),
                    Segments: playlist.Segments.Select(each => each.Target)
                )
            )
            .Where(each => each.Init is not null)
            .DistinctBy(each => each.Init)
            .ToDictionary(each => each.Init!, each => each.Segments);
        var dash = output
            .Manifest.Representations.Where(each => each.InitTarget is not null)
            .DistinctBy(each => each.InitTarget)
            .ToDictionary(
                each => each.InitTarget!,
                each => each.Segments.Select(segment => segment.Target)
            );
        foreach (var init in hls.Keys.Union(dash.Keys))
        {
            var isInBoth = hls.ContainsKey(init) && dash.ContainsKey(init);
            sheet.Expect(isInBoth, init, $"only {(hls.ContainsKey(init) ? "HLS" : "DASH")} has it");
            if (isInBoth)
            {
                sheet.Expect(
                    hls[init].SequenceEqual(dash[init]),
                    init,
                    $"HLS names {hls[init].Count()} segments and DASH {dash[init].Count()}, not the same in the same order"
                );
            }
        }
        sheet.Measure($"{hls.Count} renditions in HLS, {dash.Count} in DASH");
    }
}
