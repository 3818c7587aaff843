using System.Collections.Immutable;
using Laddermill.Verification.Model;
using Laddermill.Verification.Reports;

namespace Laddermill.Verification.Rules;

/// <summary>Every rule, in the order of the report.</summary>
public static class RuleCatalogue
{
    /// <summary>The first part of the rules' ids, with a title for people.</summary>
    public static ImmutableArray<(string Id, string Title)> Groups { get; } =
    [
        ("output", "The output as a whole"),
        ("cmaf", "CMAF: init segments, segments and fragments"),
        ("video", "Video bitstreams"),
        ("audio", "Audio bitstreams"),
        ("sync", "Renditions beside each other"),
        ("hls", "HLS playlists"),
        ("iframes", "HLS I-frame playlists"),
        ("text", "Subtitles"),
        ("ts", "MPEG-TS: segments and playlists for old devices"),
        ("dash", "DASH manifest"),
        ("deep", "Decoding"),
        ("delivery", "Delivery by the server"),
    ];

    public static ImmutableArray<Rule> All { get; } =
    [
        .. OutputRules.All,
        .. BoxRules.All,
        .. FragmentRules.All,
        .. VideoRules.All,
        .. VideoAdvice.All,
        .. AudioRules.All,
        .. SyncRules.All,
        .. HlsGrammarRules.All,
        .. HlsPlaylistRules.All,
        .. HlsVariantRules.All,
        .. HlsVariantSetRules.All,
        .. HlsRateRules.All,
        .. HlsGroupRules.All,
        .. HlsGroupAdvice.All,
        .. CaptionRules.All,
        .. TextRules.All,
        .. IFrameRules.All,
        .. IFrameStreamRules.All,
        .. TransportRules.All,
        .. TransportTimeRules.All,
        .. TransportPlaylistRules.All,
        .. DashManifestRules.All,
        .. DashPeriodRules.All,
        .. DashAddressingRules.All,
        .. DashTimelineRules.All,
        .. DashTrackRules.All,
        .. DashRateRules.All,
        .. DashSetRules.All,
        .. DashAdvice.All,
        .. DeepRules.All,
        .. DeliveryRules.All,
    ];

    /// <summary>Rules on segments, which hold for a part of a film as for the whole.</summary>
    internal static ImmutableArray<Rule> OfSegments { get; } =
    [.. BoxRules.All, .. FragmentRules.All, .. VideoRules.All, .. AudioRules.All, .. SyncRules.All];

    /// <summary>Looks at an output with every rule.</summary>
    internal static Report Apply(string name, Output output) => Apply(name, output, All);

    internal static Report Apply(string name, Output output, ImmutableArray<Rule> rules) =>
        new(
            name,
            [
                .. rules.Select(rule =>
                {
                    var sheet = new Sheet();
                    // First, so that what is measured is told of the output itself.
                    if (rule.Group is "output" or "hls" && output.Transport is { } transport)
                    {
                        rule.Check(transport, sheet);
                    }
                    rule.Check(output, sheet);
                    return sheet.Result(rule);
                }),
            ]
        );
}
