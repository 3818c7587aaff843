using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using Laddermill.Processes;
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
    private readonly ConcurrentBag<Finding> findings = [];

    public async Task<ImmutableArray<Finding>> RunAsync(
        Output output,
        CancellationToken cancellation
    )
    {
        var ranges = output
            .MediaPlaylists.Except(output.Ordinary)
            .SelectMany(playlist => playlist.Segments)
            .Where(entry => entry.Range is not null)
            .ToLookup(entry => entry.Target);
        var work = output
            .Whole.DistinctBy(each => each.InitTarget)
            .SelectMany(rendition => rendition.Segments.Select(segment => (rendition, segment)));
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = Environment.ProcessorCount,
            CancellationToken = cancellation,
        };
        await Parallel
            .ForEachAsync(
                work,
                options,
                async (each, stop) =>
                    await LookAsync(each.rendition, each.segment, ranges[each.segment.Path], stop)
                        .ConfigureAwait(false)
            )
            .ConfigureAwait(false);
        var transport = (output.Transport?.TransportRenditions ?? [])
            .Where(each => each.IsWhole)
            .SelectMany(each => each.Segments);
        await Parallel
            .ForEachAsync(
                transport,
                options,
                async (each, stop) => await LookAsync(each, stop).ConfigureAwait(false)
            )
            .ConfigureAwait(false);
        return [.. findings.OrderBy(finding => finding.Where, StringComparer.Ordinal)];
    }

    private async Task LookAsync(
        Rendition rendition,
        SegmentFacts segment,
        IEnumerable<SegmentEntry> ranges,
        CancellationToken cancellation
    )
    {
        var init = await reader.ReadAsync(rendition.InitTarget, cancellation).ConfigureAwait(false);
        var bytes = await reader.ReadAsync(segment.Path, cancellation).ConfigureAwait(false);
        if (init is not { } head || bytes is not { } body)
        {
            findings.Add(new(segment.Path, "it was removed while it was looked at"));
            return;
        }
        var whole = await DecodeAsync("mp4", "0:0", [head, body], cancellation)
            .ConfigureAwait(false);
        if (whole.Errors.Length > 0)
        {
            findings.Add(new(segment.Path, whole.Errors[0]));
        }
        else if (rendition.IsVideo ? whole.Frames != segment.Samples : whole.Frames == 0)
        {
            findings.Add(
                new(segment.Path, $"{whole.Frames} frames decoded, it has {segment.Samples}")
            );
        }
        foreach (var entry in ranges)
        {
            var range = entry.Range!.Value;
            if (range.Offset < 0 || range.End > body.Length)
            {
                findings.Add(new($"{segment.Path} bytes {range.Offset}–{range.End}", "outside"));
                continue;
            }
            // The rest of the mdat is not there, which ffmpeg calls an error: only the picture counts.
            var part = body.Slice((int)range.Offset, (int)range.Length);
            var picture = await DecodeAsync("mp4", "0:0", [head, part], cancellation)
                .ConfigureAwait(false);
            if (picture.Frames != 1)
            {
                findings.Add(
                    new(
                        $"{segment.Path} bytes {range.Offset}–{range.End}",
                        $"{picture.Frames} pictures decoded"
                    )
                );
            }
        }
    }

    private async Task LookAsync(TransportFacts segment, CancellationToken cancellation)
    {
        if (
            await reader.ReadAsync(segment.Path, cancellation).ConfigureAwait(false)
            is not { } bytes
        )
        {
            findings.Add(new(segment.Path, "it was removed while it was looked at"));
            return;
        }
        var stream = segment.Video is null ? "0:a:0" : "0:v:0";
        var whole = await DecodeAsync("mpegts", stream, [bytes], cancellation)
            .ConfigureAwait(false);
        var expected = segment.Video?.Pictures ?? segment.Audio?.Frames ?? 0;
        if (whole.Errors.Length > 0 || whole.Frames != expected)
        {
            findings.Add(
                new(
                    segment.Path,
                    whole.Errors.FirstOrDefault()
                        ?? $"{whole.Frames} frames decoded, it has {expected}"
                )
            );
        }
    }

    /// <param name="stream">The one to decode, as ffmpeg's <c>-map</c> has it.</param>
    private static async Task<(int Frames, ImmutableArray<string> Errors)> DecodeAsync(
        string format,
        string stream,
        ImmutableArray<ReadOnlyMemory<byte>> media,
        CancellationToken cancellation
    )
    {
        var command = new ToolCommand(
            "ffmpeg",
            [
                "-nostdin",
                "-v",
                "error",
                "-f",
                format,
                "-i",
                "pipe:0",
                "-map",
                stream,
                // One line for each decoded frame, none repeated or dropped to keep a rate.
                "-fps_mode",
                "passthrough",
                "-f",
                "framecrc",
                "pipe:1",
            ]
        )
        {
            Input = media,
            Confinement = Confinement.Pipes,
        };
        await using var ffmpeg = ToolProcess.Start(
            command,
            ToolOutput.Captured,
            cancellationToken: cancellation
        );
        var lines = 0;
        using var text = new StreamReader(ffmpeg.StandardOutput);
        while (await text.ReadLineAsync(cancellation).ConfigureAwait(false) is { } line)
        {
            lines += line.StartsWith('#') ? 0 : 1;
        }
        var exit = await ffmpeg.Completion.ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        return exit is { IsSuccess: false, ErrorTail.IsEmpty: true }
            ? (
                lines,
                [string.Create(CultureInfo.InvariantCulture, $"ffmpeg ended with {exit.ExitCode}")]
            )
            : (lines, exit.ErrorTail);
    }
}
