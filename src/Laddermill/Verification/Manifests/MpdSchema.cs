using System.Collections.Immutable;
using System.Xml;
using System.Xml.Schema;
using Laddermill.Verification.Reports;

namespace Laddermill.Verification.Manifests;

/// <summary>The XML schema of DASH, from a folder that somebody downloaded; it is not ours to ship.</summary>
internal sealed class MpdSchema(XmlSchemaSet schemas)
{
    /// <param name="folder">Holds <c>DASH-MPD.xsd</c> and <c>xlink.xsd</c> of github.com/MPEGGroup/DASHSchema.</param>
    /// <exception cref="FileNotFoundException">One of them is not there.</exception>
    /// <exception cref="XmlSchemaException">They are no schema.</exception>
    public static MpdSchema Load(string folder)
    {
        // Nothing is fetched: what the schema imports is given beside it.
        var schemas = new XmlSchemaSet { XmlResolver = null };
        foreach (var name in new[] { "xlink.xsd", "DASH-MPD.xsd" })
        {
            var settings = new XmlReaderSettings
            {
                DtdProcessing = DtdProcessing.Parse,
                XmlResolver = null,
            };
            using var file = File.OpenRead(Path.Combine(folder, name));
            using var reader = XmlReader.Create(file, settings);
            schemas.Add(null, reader);
        }
        schemas.Compile();
        return new(schemas);
    }

    /// <summary>What of a manifest breaks the schema; nothing when it keeps it or is no XML at all.</summary>
    public ImmutableArray<Finding> Validate(string path, ReadOnlyMemory<byte> manifest)
    {
        var findings = ImmutableArray.CreateBuilder<Finding>();
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            ValidationType = ValidationType.Schema,
            Schemas = schemas,
        };
        settings.ValidationEventHandler += (_, found) =>
            findings.Add(new($"{path} line {found.Exception.LineNumber}", found.Message));
        // The schema has default attributes of xlink, which the validator can only add where there is a prefix for them.
        var names = new XmlNamespaceManager(new NameTable());
        names.AddNamespace("xlink", "http://www.w3.org/1999/xlink");
        var context = new XmlParserContext(null, names, null, XmlSpace.None);
        using var reader = XmlReader.Create(
            new MemoryStream(manifest.ToArray()),
            settings,
            context
        );
        try
        {
            while (reader.Read()) { }
        }
        catch (XmlException)
        {
            // Not well-formed: that is rule dash.xml's finding.
            return [];
        }
        return findings.DrainToImmutable();
    }
}
