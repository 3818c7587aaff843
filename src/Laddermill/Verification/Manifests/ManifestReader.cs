using System.Collections.Immutable;
using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Laddermill.Verification.Manifests;

/// <summary>Reads a static DASH manifest (ISO/IEC 23009-1). Entities and external references are refused, not followed.</summary>
internal static class ManifestReader
{
    public static Manifest Read(string path, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var settings = new XmlReaderSettings
            {
                DtdProcessing = DtdProcessing.Prohibit,
                XmlResolver = null,
            };
            using var reader = XmlReader.Create(new MemoryStream(bytes.ToArray()), settings);
            var root = XDocument.Load(reader, LoadOptions.SetLineInfo).Root;
            return root?.Name == Manifest.Namespace + "MPD"
                ? new(path, bytes.Length, root, null, ReadPeriods(path, root))
                : new(path, bytes.Length, null, $"its root is {root?.Name}, not an MPD", []);
        }
        catch (XmlException error)
        {
            return new(path, bytes.Length, null, $"it is not well-formed XML: {error.Message}", []);
        }
    }

    private static ImmutableArray<Period> ReadPeriods(string path, XElement root)
    {
        var elements = root.Elements(Manifest.Namespace + "Period").ToList();
        var end = MpdTime.Seconds(root.Attribute("mediaPresentationDuration")?.Value);
        var periods = ImmutableArray.CreateBuilder<Period>();
        var start = 0.0;
        for (var index = 0; index < elements.Count; index++)
        {
            var element = elements[index];
            start = MpdTime.Seconds(element.Attribute("start")?.Value) ?? start;
            var next =
                index + 1 < elements.Count
                    ? MpdTime.Seconds(elements[index + 1].Attribute("start")?.Value)
                    : end;
            var duration =
                MpdTime.Seconds(element.Attribute("duration")?.Value)
                ?? (next is { } until ? until - start : null);
            periods.Add(new(element, start, duration, ReadSets(path, element, duration)));
            start += duration ?? 0;
        }
        return periods.DrainToImmutable();
    }

    private static ImmutableArray<AdaptationSet> ReadSets(
        string path,
        XElement period,
        double? duration
    ) =>
        [
            .. period
                .Elements(Manifest.Namespace + "AdaptationSet")
                .Select((set, index) => ReadSet(path, period, set, index, duration)),
        ];

    private static AdaptationSet ReadSet(
        string path,
        XElement period,
        XElement set,
        int index,
        double? duration
    )
    {
        var elements = set.Elements(Manifest.Namespace + "Representation").ToList();
        var mime =
            set.Attribute("mimeType")?.Value
            ?? elements.Select(each => each.Attribute("mimeType")?.Value).FirstOrDefault();
        var kind = set.Attribute("contentType")?.Value ?? mime?.Split('/')[0] ?? "";
        var name = set.Attribute("id")?.Value ?? index.ToString(CultureInfo.InvariantCulture);
        return new(
            set,
            $"{path} AdaptationSet {name} ({kind})",
            kind,
            [
                .. elements.Select(each =>
                {
                    var where = $"{path} Representation {each.Attribute("id")?.Value}";
                    return TemplateReader.Read(path, where, kind, [period, set, each], duration);
                }),
            ]
        );
    }
}
