using System.Text.RegularExpressions;

namespace Laddermill.Tests;

/// <summary>Holds the arrows of ARCHITECTURE.md: which folder of the library may know which other ones.</summary>
public sealed partial class ArchitectureTests
{
    /// <summary>Folder: which others it may use.</summary>
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Processes"] = [],
        ["Storage"] = [],
        ["Media"] = ["Processes"],
        ["Subtitles"] = [],
        ["Webhooks"] = [],
        ["Ladders"] = ["Media"],
        ["Ffmpeg"] = ["Media", "Ladders", "Processes"],
        ["Packaging"] = ["Media", "Ladders"],
        // The checker shares no code with what it checks.
        ["Verification"] = ["Media", "Processes", "Storage"],
        ["Pricing"] = ["Media", "Ladders"],
        ["Jobs"] = ["Media", "Ladders", "Pricing"],
        ["Events"] = ["Jobs", "Storage"],
        ["Engines"] = ["Jobs", "Processes", "Storage"],
        ["Dispatching"] = ["Events", "Engines", "Jobs", "Ladders", "Storage", "Transcoding"],
        ["Transcoding"] =
        [
            "Media",
            "Ladders",
            "Ffmpeg",
            "Packaging",
            "Pricing",
            "Processes",
            "Storage",
            "Subtitles",
            "Verification",
            "Jobs",
        ],
    };

    [Fact]
    public void Folders_of_the_library_use_only_what_the_arrows_allow()
    {
        var sources = Sources();

        Assert.NotEmpty(sources);
        Assert.Empty(Violations(sources));
    }

    [Fact]
    public void Hosts_use_the_library_and_never_each_other()
    {
        var hosts = Directory.GetFiles(
            Repository.PathTo("src"),
            "*.csproj",
            SearchOption.AllDirectories
        );

        Assert.NotEmpty(hosts);
        Assert.All(
            hosts.SelectMany(host => ProjectReference().Matches(File.ReadAllText(host))),
            reference => Assert.Equal("../Laddermill/Laddermill.csproj", reference.Groups[1].Value)
        );
    }

    [Theory]
    [InlineData("Packaging", "using Laddermill.Jobs;")]
    [InlineData("Packaging", "Storage.IObjectStore store;")]
    [InlineData("Ffmpeg", "Laddermill.Engines.Engine engine;")]
    [InlineData("Storage", "global using static Laddermill.Media.Rational;")]
    [InlineData("Media", "using Laddermill.Jobs; Job job;")]
    [InlineData("Media", "using Laddermill.Ladders;")]
    [InlineData("Verification", "using Laddermill.Packaging.Boxes;")]
    [InlineData("Novelties", "")]
    public void An_arrow_that_nobody_drew_is_found(string folder, string text) =>
        Assert.Single(Violations([Job, new Source(folder, "New.cs", text)]));

    [Theory]
    [InlineData("Ladders", "using Laddermill.Media;")]
    [InlineData("Packaging", "using Laddermill.Packaging.Boxes; Media.Rational rate;")]
    [InlineData("Packaging", "/// <see cref=\"Laddermill.Jobs.Job\"/>")]
    [InlineData("Packaging", "// Jobs.Job would know.")]
    [InlineData("Packaging", "track.Media.Rate")]
    public void An_arrow_that_is_drawn_and_a_word_in_a_comment_are_not(
        string folder,
        string text
    ) => Assert.Empty(Violations([Job, new Source(folder, "New.cs", text)]));

    private static Source Job => new("Jobs", "Job.cs", "public sealed record Job;");

    private static List<Source> Sources()
    {
        var library = Repository.PathTo("src", "Laddermill");
        return
        [
            .. Directory
                .EnumerateFiles(library, "*.cs", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(library, file))
                .Where(path => path.Contains('/'))
                .Select(path => new Source(
                    path[..path.IndexOf('/')],
                    path,
                    File.ReadAllText(Path.Combine(library, path))
                )),
        ];
    }

    private static List<string> Violations(IReadOnlyCollection<Source> sources) =>
        [
            .. sources
                .Where(source => !Arrows.ContainsKey(source.Folder))
                .Select(source => $"{source.Path}: the folder is not in the table of arrows."),
            .. from source in sources
            where Arrows.ContainsKey(source.Folder)
            from used in UsedBy(source)
            where !Arrows[source.Folder].Contains(used)
            select $"{source.Path} uses {used}.",
        ];

    private static IEnumerable<string> UsedBy(Source source) =>
        NamespaceInUse()
            .Matches(source.Code)
            .Select(match => match.Groups[1].Value + match.Groups[2].Value)
            .Where(name => Arrows.ContainsKey(name) && name != source.Folder)
            .Distinct();

    /// <summary>An absolute name (<c>Laddermill.Media</c>), or one that the compiler finds from a neighbour (<c>Media.Rational</c>).</summary>
    [GeneratedRegex(@"\bLaddermill\.(\w+)|(?<![\w.])([A-Z]\w+)(?=\.[A-Z])")]
    private static partial Regex NamespaceInUse();

    [GeneratedRegex(@"//.*")]
    private static partial Regex Comment();

    [GeneratedRegex("<ProjectReference Include=\"([^\"]+)\"")]
    private static partial Regex ProjectReference();

    private sealed record Source(string Folder, string Path, string Text)
    {
        public string Code { get; } = Comment().Replace(Text, "");
    }
}
