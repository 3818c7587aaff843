using System.Collections.Concurrent;
using Laddermill.Verification.Boxes;
using Laddermill.Verification.Texts;
using Laddermill.Verification.Transport;

namespace Laddermill.Verification.Model;

/// <summary>Collects what is measured of an output's files, one by one and from several threads.</summary>
internal sealed class FactBook
{
    private static readonly TrackFacts Unknown = new(
        0,
        "",
        1,
        0,
        0,
        "",
        null,
        null,
        null,
        [],
        0,
        false,
        default
    );

    private readonly ConcurrentDictionary<string, FileFacts> files = new();

    public IReadOnlyDictionary<string, FileFacts> Files => files;

    /// <param name="init">For a segment: its init segment, which was added before.</param>
    public FileFacts Add(string path, ReferenceKind kind, string? init, ReadOnlySpan<byte> bytes) =>
        Add(
            kind switch
            {
                ReferenceKind.Init => InitReader.Read(path, bytes),
                ReferenceKind.Transport => TransportReader.Read(path, bytes),
                ReferenceKind.Segment => SegmentReader.Read(path, bytes, TrackOf(init)),
                _ when path.EndsWith(".vtt", StringComparison.Ordinal) => TextFileReader.Read(
                    path,
                    bytes
                ),
                _ => OtherFacts.Read(path, bytes),
            }
        );

    public FileFacts Add(FileFacts facts) => files[facts.Path] = facts;

    /// <summary>A segment whose init segment is not there is still looked at, as far as it goes.</summary>
    private TrackFacts TrackOf(string? init) =>
        (files.GetValueOrDefault(init ?? "") as InitFacts)?.Track ?? Unknown;
}
