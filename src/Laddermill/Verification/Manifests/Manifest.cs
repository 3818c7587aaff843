using System.Collections.Immutable;
using System.Xml.Linq;

namespace Laddermill.Verification.Manifests;

/// <summary>A DASH manifest as it stands, with the little that rules ask of it again and again already worked out.</summary>
/// <param name="Root">The MPD element; null when the text is no XML or no MPD.</param>
/// <param name="Problem">Why it cannot be read; null when it can.</param>
public sealed record Manifest(
    string Path,
    long Bytes,
    XElement? Root,
    string? Problem,
    ImmutableArray<Period> Periods
)
{
    public static readonly XNamespace Namespace = "urn:mpeg:dash:schema:mpd:2011";

    /// <summary>Seconds of <c>mediaPresentationDuration</c>.</summary>
    public double? Duration =>
        Periods.IsEmpty
            ? null
            : MpdTime.Seconds(Root?.Attribute("mediaPresentationDuration")?.Value);

    public IEnumerable<AdaptationSet> Sets => Periods.SelectMany(period => period.Sets);

    public IEnumerable<Representation> Representations =>
        Sets.SelectMany(set => set.Representations);
}

/// <param name="Start">Seconds.</param>
/// <param name="Duration">Seconds, from its own attribute or what the manifest leaves for it; null when neither says.</param>
public sealed record Period(
    XElement Element,
    double Start,
    double? Duration,
    ImmutableArray<AdaptationSet> Sets
);

/// <param name="Where">For people: the manifest's path and the set's place or id.</param>
/// <param name="Kind"><c>video</c>, <c>audio</c>, <c>text</c> or <c>image</c>, from contentType or mimeType; empty when neither says.</param>
public sealed record AdaptationSet(
    XElement Element,
    string Where,
    string Kind,
    ImmutableArray<Representation> Representations
)
{
    public string? this[string attribute] => Element.Attribute(attribute)?.Value;

    public IEnumerable<XElement> Elements(string name) =>
        Element.Elements(Manifest.Namespace + name);
}

/// <param name="Where">For people: the manifest's path and the representation's id.</param>
/// <param name="Template">How its segments are addressed; null when there is no SegmentTemplate for it.</param>
/// <param name="InitTarget">Path of the init segment from the output's folder; null when there is none or it leads outside.</param>
public sealed record Representation(
    XElement Element,
    XElement Set,
    string Where,
    string Kind,
    SegmentTemplate? Template,
    string? InitTarget,
    ImmutableArray<TimelineEntry> Segments
)
{
    public string Id => Element.Attribute("id")?.Value ?? "";

    /// <summary>An attribute of its own, or of its adaptation set.</summary>
    public string? this[string attribute] =>
        Element.Attribute(attribute)?.Value ?? Set.Attribute(attribute)?.Value;

    /// <summary>Child elements of its own and of its adaptation set.</summary>
    public IEnumerable<XElement> Elements(string name) =>
        Element.Elements(Manifest.Namespace + name).Concat(Set.Elements(Manifest.Namespace + name));
}

/// <param name="Timescale">Ticks per second of what stands in the manifest.</param>
/// <param name="Offset">presentationTimeOffset, in ticks: the media time that is the Period's start.</param>
/// <param name="FixedDuration">Of <c>@duration</c>, in ticks; null with a timeline.</param>
/// <param name="HasTimeline">Whether there is a SegmentTimeline.</param>
public sealed record SegmentTemplate(
    long Timescale,
    long Offset,
    long StartNumber,
    string? Initialization,
    string? Media,
    long? FixedDuration,
    bool HasTimeline
);

/// <summary>One segment as the manifest says it, in ticks of the template's timescale.</summary>
/// <param name="Target">Path from the output's folder; null when it leads outside.</param>
public readonly record struct TimelineEntry(long Start, long Duration, string? Target);
