using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Laddermill.Verification.Boxes;
using Laddermill.Verification.Model;
using Laddermill.Verification.Playlists;
using Laddermill.Verification.Reports;
using Laddermill.Verification.Transport;

namespace Laddermill.Verification;

/// <summary>
/// Decodes every segment by itself, behind its init segment, and every byte range of the I-frame playlists: as a player does after a seek.
/// </summary>
internal sealed class DeepCheck(IOutputReader reader)
{
    /// <summary>Segments that are read at a time.</summary>
    private const int AtATime = 8;

    private readonly Lock gate = new();
    private readonly List<Finding> findings = [];

    public async Task<ImmutableArray<Finding>> RunAsync(
        Output output,
        CancellationToken cancellation
    )
    {
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = Environment.ProcessorCount,
            CancellationToken = cancellation,
        };
        await Parallel
            .ForEachAsync(
                Chunks(output),
                options,
                async (pieces, stop) => await LookAsync(pieces, stop).ConfigureAwait(false)
            )
            .ConfigureAwait(false);
        return [.. findings.OrderBy(finding => finding.Where, StringComparer.Ordinal)];
    }

    /// <summary>All there is to decode, read when its turn comes.</summary>
    private IEnumerable<IAsyncEnumerable<DecodedPiece>> Chunks(Output output)
    {
        var ranges = output
            .MediaPlaylists.Except(output.Ordinary)
            .SelectMany(playlist => playlist.Segments)
            .Where(entry => entry.Range is not null)
            .ToLookup(entry => entry.Target);
        var fragmented = output
            .Whole.DistinctBy(each => each.InitTarget)
            .SelectMany(rendition =>
                rendition
                    .Segments.Chunk(AtATime)
                    .Select(chunk => PiecesAsync(rendition, chunk, ranges))
            );
        var transport = (output.Transport?.TransportRenditions ?? [])
            .Where(each => each.IsWhole)
            .SelectMany(each => each.Segments)
            .Chunk(AtATime)
            .Select(chunk => PiecesAsync(chunk));
        return fragmented.Concat(transport);
    }

    private async IAsyncEnumerable<DecodedPiece> PiecesAsync(
        Rendition rendition,
        IEnumerable<SegmentFacts> segments,
        ILookup<string?, SegmentEntry> ranges,
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        if (
            await ReadAsync(rendition.InitTarget, cancellation).ConfigureAwait(false)
            is not { } head
        )
        {
            yield break;
        }
        foreach (var segment in segments)
        {
            if (await ReadAsync(segment.Path, cancellation).ConfigureAwait(false) is not { } body)
            {
                continue;
            }
            yield return new DecodedPiece(
                segment.Path,
                "mp4",
                "0",
                [head, body],
                rendition.IsVideo ? segment.Samples : null
            );
            foreach (var range in ranges[segment.Path].Select(entry => entry.Range!.Value))
            {
                var where = $"{segment.Path} bytes {range.Offset}–{range.End}";
                if (range.Offset < 0 || range.End > body.Length)
                {
                    Find(where, "outside");
                    continue;
                }
                var part = body.Slice((int)range.Offset, (int)range.Length);
                yield return new DecodedPiece(where, "mp4", "0", [head, part], 1) { IsCut = true };
            }
        }
    }

    private async IAsyncEnumerable<DecodedPiece> PiecesAsync(
        IEnumerable<TransportFacts> segments,
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        foreach (var segment in segments)
        {
            if (await ReadAsync(segment.Path, cancellation).ConfigureAwait(false) is { } bytes)
            {
                yield return new DecodedPiece(
                    segment.Path,
                    "mpegts",
                    segment.Video is null ? "a:0" : "v:0",
                    [bytes],
                    segment.Video?.Pictures ?? segment.Audio?.Frames ?? 0
                );
            }
        }
    }

    private async Task<ReadOnlyMemory<byte>?> ReadAsync(string path, CancellationToken cancellation)
    {
        var bytes = await reader.ReadAsync(path, cancellation).ConfigureAwait(false);
        if (bytes is null)
        {
            Find(path, "it was removed while it was looked at");
        }
        return bytes;
    }

    /// <summary>All at once, which is quickest; and where something is wrong with them each by itself, to know with which.</summary>
    private async Task LookAsync(
        IAsyncEnumerable<DecodedPiece> pieces,
        CancellationToken cancellation
    )
    {
        var read = await pieces.ToListAsync(cancellation).ConfigureAwait(false);
        foreach (
            var batch in read.GroupBy(piece => piece.IsCut)
                .SelectMany(alike => alike.Chunk(AtATime))
        )
        {
            var faults = await SegmentDecoder
                .DecodeAsync(batch, cancellation)
                .ConfigureAwait(false);
            foreach (var piece in faults.All(fault => fault is null) ? [] : batch)
            {
                var own =
                    batch.Length == 1
                        ? faults
                        : await SegmentDecoder
                            .DecodeAsync([piece], cancellation)
                            .ConfigureAwait(false);
                if (own[0] is { } fault)
                {
                    Find(piece.Where, fault);
                }
            }
        }
    }

    private void Find(string where, string what)
    {
        lock (gate)
        {
            findings.Add(new(where, what));
        }
    }
}
