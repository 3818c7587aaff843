using System.Xml;
using System.Xml.Schema;
using Laddermill.Packaging.Dash;

namespace Laddermill.Tests.Packaging;

public sealed class DashTests
{
    public static TheoryData<string> Cases =>
        [
            "three-rungs-and-stereo",
            "rungs-of-two-frame-rates",
            "silent-portrait",
            "captions",
            "hevc-of-high-range-beside",
            "subtitles",
            "audio-only",
            "audio-only-in-two-languages",
            "many-audio-tracks",
            "hostile-titles",
        ];

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_manifest_is_as_expected(string name) =>
        ExpectedFiles.Matches(name, "dash.mpd", Manifest.Write(Presentations.Of(name)));

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_manifest_keeps_to_the_schema(string name) =>
        Assert.Empty(ProblemsOf(Manifest.Write(Presentations.Of(name))));

    [Theory]
    [InlineData("type=\"static\"", "type=\"frozen\"")]
    [InlineData("<Period ", "<Epoch ")]
    [InlineData("lang=\"en\"", "lang=\"not a language\"")]
    public void The_schema_finds_what_is_wrong(string right, string wrong)
    {
        var manifest = Manifest.Write(Presentations.Of("three-rungs-and-stereo"));
        var broken = manifest
            .Replace(right, wrong, StringComparison.Ordinal)
            .Replace(
                "</Period>",
                wrong == "<Epoch " ? "</Epoch>" : "</Period>",
                StringComparison.Ordinal
            );
        Assert.NotEmpty(ProblemsOf(broken));
    }

    [Fact]
    public void A_heavy_GOP_needs_more_buffer_than_two_seconds()
    {
        var presentation = Presentations.Of("silent-portrait");
        var segment = presentation.Video[0].Segments[0];
        // 6 s at 8000 bit/s in all, of which the first 2 s take nearly everything: 5.9 s to load.
        var heavy = presentation.Video[0] with
        {
            Timescale = 1,
            Segments =
            [
                segment with
                {
                    Start = 0,
                    Duration = 6,
                    Bytes = 6000,
                    KeyFrames = [new(28, 10, 0, 2), new(5900, 10, 2, 2), new(5950, 10, 4, 2)],
                },
            ],
        };
        Assert.Contains(
            "minBufferTime=\"PT5.9S\"",
            Manifest.Write(presentation with { Video = [heavy] }),
            StringComparison.Ordinal
        );
    }

    private static List<string> ProblemsOf(string manifest)
    {
        var settings = new XmlReaderSettings
        {
            ValidationType = ValidationType.Schema,
            Schemas = Schema.Value,
        };
        settings.ValidationFlags |= XmlSchemaValidationFlags.ReportValidationWarnings;
        List<string> problems = [];
        settings.ValidationEventHandler += (_, problem) =>
        {
            // .NET cannot add xlink's default attributes where the manifest binds no prefix to xlink. Nobody needs them.
            if (!problem.Message.StartsWith("Default attribute", StringComparison.Ordinal))
            {
                problems.Add(problem.Message);
            }
        };
        using var reader = XmlReader.Create(new StringReader(manifest), settings);
        while (reader.Read()) { }
        return problems;
    }

    /// <summary>MPEG's own DASH-MPD.xsd (github.com/MPEGGroup/DASHSchema) with xlink.xsd beside it.</summary>
    private static readonly Lazy<XmlSchemaSet> Schema = new(() =>
    {
        var folder =
            Environment.GetEnvironmentVariable("LADDERMILL_DASH_SCHEMA")
            ?? Repository.PathTo("..", "shared", "facts", "dash-schema");
        Assert.SkipUnless(
            File.Exists(Path.Combine(folder, "DASH-MPD.xsd")),
            $"There is no DASH-MPD.xsd in {folder}; set LADDERMILL_DASH_SCHEMA to a folder that has it."
        );
        // The schema of xlink starts with a document type; nothing is fetched, since there is no resolver.
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Parse };
        var schemas = new XmlSchemaSet { XmlResolver = null };
        foreach (var file in new[] { "xlink.xsd", "DASH-MPD.xsd" })
        {
            using var reader = XmlReader.Create(Path.Combine(folder, file), settings);
            schemas.Add(null, reader);
        }
        schemas.Compile();
        return schemas;
    });
}
