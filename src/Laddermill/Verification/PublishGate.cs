using System.Collections.Immutable;
using Laddermill.Verification.Boxes;
using Laddermill.Verification.Manifests;
using Laddermill.Verification.Model;
using Laddermill.Verification.Playlists;
using Laddermill.Verification.Reports;
using Laddermill.Verification.Rules;
using Laddermill.Verification.Transport;

namespace Laddermill.Verification;

/// <summary>
/// Checks an output while a job makes it: each file is looked at once, as its bytes go out, and when the playlists are written all rules are
/// applied without reading anything back. May be used from several threads.
/// </summary>
/// <param name="output">The output's address, for people.</param>
public sealed class PublishGate(string output)
{
    private readonly FactBook book = new();

    /// <param name="path">From the folder that will hold <c>master.m3u8</c>.</param>
    public InitFacts AddInit(string path, ReadOnlySpan<byte> bytes) =>
        (InitFacts)book.Add(path, ReferenceKind.Init, null, bytes);

    /// <param name="init">Path of its init segment, which was added before.</param>
    public SegmentFacts AddSegment(string path, string init, ReadOnlySpan<byte> bytes) =>
        (SegmentFacts)book.Add(path, ReferenceKind.Segment, init, bytes);

    /// <summary>A segment of a transport stream.</summary>
    public TransportFacts AddTransport(string path, ReadOnlySpan<byte> bytes) =>
        (TransportFacts)book.Add(path, ReferenceKind.Transport, null, bytes);

    /// <summary>A file that is no media segment, such as a sheet of thumbnails.</summary>
    public void AddOther(string path, ReadOnlySpan<byte> bytes) =>
        book.Add(path, ReferenceKind.Other, null, bytes);

    /// <summary>Facts of a file that another worker looked at.</summary>
    public void Add(FileFacts facts) => book.Add(facts);

    /// <summary>
    /// Applies the rules on segments to a film that is still growing: as far as its playlists go, before anybody sees them.
    /// </summary>
    /// <param name="texts">Playlists as they would be published, by path.</param>
    public Report DecideGrowing(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> texts) =>
        Decide(texts, RuleCatalogue.OfSegments);

    /// <summary>Applies every rule but decoding and the XML schema.</summary>
    /// <param name="texts">Playlists and manifest as they would be published, by path.</param>
    public Report Decide(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> texts) =>
        Decide(texts, RuleCatalogue.All);

    private Report Decide(
        IReadOnlyDictionary<string, ReadOnlyMemory<byte>> texts,
        ImmutableArray<Rule> rules
    )
    {
        ReadOnlyMemory<byte>? Text(string path) =>
            texts.TryGetValue(path, out var text) && text.Length > 0
                ? text
                : default(ReadOnlyMemory<byte>?);
        var manifest = Text(OutputLoader.ManifestName) is { } mpd
            ? ManifestReader.Read(OutputLoader.ManifestName, mpd)
            : null;
        var transport = Text(OutputLoader.TransportName) is null
            ? null
            : Build(OutputLoader.TransportName, null);
        var built = Build(OutputLoader.MultivariantName, manifest) with { Transport = transport };
        return RuleCatalogue.Apply(output, built, rules);

        Output Build(string name, Manifest? beside)
        {
            var multivariant = Text(name) is { } master
                ? MultivariantReader.Read(name, master.Span)
                : null;
            var paths = (multivariant?.Uris ?? [])
                .Select(uri => OutputPath.Resolve(name, uri))
                .OfType<string>()
                .ToList();
            ImmutableArray<MediaPlaylist> playlists =
            [
                .. paths
                    .Where(path => Text(path) is not null)
                    .Select(path => MediaPlaylistReader.Read(path, Text(path)!.Value.Span)),
            ];
            var missing = paths
                .Where(path => Text(path) is null)
                .Select(path => new Finding(path, $"named by {name}"));
            return new OutputBuilder(multivariant, playlists, beside, book.Files).Build(missing);
        }
    }
}
