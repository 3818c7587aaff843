using System.Collections.Immutable;
using System.Text;
using Laddermill.Ffmpeg;
using Laddermill.Ladders;
using Laddermill.Media;
using Laddermill.Packaging;
using Laddermill.Processes;
using Laddermill.Subtitles;

namespace Laddermill.Transcoding;

/// <summary>What became of the plan's subtitles.</summary>
/// <param name="Warnings">In sentences: what could not be read, and what was left out for it.</param>
internal sealed record MadeSubtitles(
    ImmutableArray<SubtitleTrack> Tracks,
    ImmutableArray<string> Warnings
);

/// <summary>
/// Takes the texts out of the source and the files beside it, and stores them as WebVTT. A text that cannot be read is no reason to withhold the film: it
/// is left out, and told.
/// </summary>
internal sealed class SubtitleMaker(MediaInput input, Plan plan, MediaSink sink)
{
    public async Task<MadeSubtitles> MakeAsync(CancellationToken cancellation)
    {
        var warnings = ImmutableArray.CreateBuilder<string>();
        var tracks = ImmutableArray.CreateBuilder<SubtitleTrack>();
        ImmutableArray<SubtitleRendition> streams =
        [
            .. plan.Subtitles.Where(each => each.StreamIndex is not null),
        ];
        var extracted = await ExtractAsync(streams, cancellation);
        foreach (var rendition in plan.Subtitles)
        {
            var bytes = rendition.File is { } file
                ? await ReadFileAsync(file, cancellation)
                : extracted[streams.IndexOf(rendition)];
            if (bytes is null)
            {
                warnings.Add($"{rendition.Name} was left out: its text could not be read.");
            }
            else if (bytes.Length > SubtitleReader.MostBytes)
            {
                warnings.Add(
                    FormattableString.Invariant(
                        $"{rendition.Name} was left out: it has more than {SubtitleReader.MostBytes >> 20} MiB of text."
                    )
                );
            }
            else if (await StoreAsync(rendition, bytes, warnings, cancellation) is { } track)
            {
                tracks.Add(track);
            }
        }
        return new MadeSubtitles(tracks.ToImmutable(), warnings.ToImmutable());
    }

    private async Task<SubtitleTrack?> StoreAsync(
        SubtitleRendition rendition,
        byte[] bytes,
        ImmutableArray<string>.Builder warnings,
        CancellationToken cancellation
    )
    {
        var read = SubtitleReader.Read(
            bytes,
            Format(rendition),
            rendition.Language,
            (long)Math.Round(rendition.Origin * 1000)
        );
        warnings.AddRange(read.Warnings.Select(warning => $"{rendition.Name}: {warning}."));
        var grid = plan.Grid;
        var writer = new VttWriter(read.Cues, grid.Boundaries, grid.Timescale);
        Warn(writer.Late, "begin after the film has ended");
        Warn(writer.Crowded, "are shown with too many others");
        if (writer.Cues.IsEmpty)
        {
            warnings.Add($"{rendition.Name} was left out: there is no text in it.");
            return null;
        }
        var segments = ImmutableArray.CreateBuilder<PackagedSegment>(grid.SegmentCount);
        for (var index = 0; index < grid.SegmentCount; index++)
        {
            var text = Encoding.UTF8.GetBytes(writer.Segment(index));
            await sink.StoreTextAsync(
                rendition.Name,
                MediaPaths.TextSegment(index),
                text,
                cancellation
            );
            var start = grid.Boundaries[index];
            segments.Add(
                new PackagedSegment(
                    index,
                    start,
                    grid.Boundaries[index + 1] - start,
                    text.Length,
                    []
                )
            );
        }
        await sink.StoreTextAsync(
            rendition.Name,
            MediaPaths.WholeText,
            Encoding.UTF8.GetBytes(writer.Whole()),
            cancellation
        );
        return new SubtitleTrack(
            rendition.Name,
            grid.Timescale,
            segments.ToImmutable(),
            rendition.Language,
            rendition.Label,
            rendition.IsDefault,
            rendition.IsForced,
            rendition.IsHearingImpaired,
            rendition.Role
        );

        void Warn(int count, string why)
        {
            if (count > 0)
            {
                warnings.Add(
                    FormattableString.Invariant(
                        $"{rendition.Name}: texts left out: {count} that {why}."
                    )
                );
            }
        }
    }

    private static SubtitleFormat Format(SubtitleRendition rendition) =>
        (
            rendition.File is null
                ? SubtitleArguments.FormOf(rendition.Codec).Format
                : rendition.Codec
        ) switch
        {
            "ass" => SubtitleFormat.Ass,
            "webvtt" or "vtt" => SubtitleFormat.Vtt,
            _ => SubtitleFormat.Srt,
        };

    /// <summary>All in one pass; should that fail, each by itself, so that one bad track does not take the others with it.</summary>
    /// <returns>For each its text, or null.</returns>
    private async Task<byte[]?[]> ExtractAsync(
        ImmutableArray<SubtitleRendition> streams,
        CancellationToken cancellation
    )
    {
        if (streams.Length == 0)
        {
            return [];
        }
        try
        {
            return await RunAsync(streams, cancellation);
        }
        catch (ToolFailedException) when (streams.Length == 1)
        {
            return [null];
        }
        catch (ToolFailedException)
        {
            var each = new List<byte[]?>();
            foreach (var stream in streams)
            {
                each.AddRange(await ExtractAsync([stream], cancellation));
            }
            return [.. each];
        }
    }

    private Task<byte[]?[]> RunAsync(
        ImmutableArray<SubtitleRendition> streams,
        CancellationToken cancellation
    ) =>
        EncoderRun.ReadAllAsync(
            $"Reading the subtitles of {input.Name} failed.",
            input,
            plan.Duration,
            streams.Length,
            addresses => SubtitleArguments.For(input, plan, streams, addresses),
            async (_, stream, token) => stream is null ? null : await ReadAsync(stream, token),
            cancellation
        );

    private async Task<byte[]?> ReadFileAsync(string name, CancellationToken cancellation)
    {
        var sidecar = input.Sidecars.Single(each => each.File.Name == name);
        await using var file = await sidecar.OpenAsync(cancellation);
        return file is null ? null : await ReadAsync(file, cancellation);
    }

    /// <summary>To its end, but no more is kept than one byte too many.</summary>
    private static async Task<byte[]> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        using var text = new MemoryStream();
        var buffer = new byte[32 * 1024];
        int count;
        while ((count = await stream.ReadAsync(buffer, cancellation)) > 0)
        {
            var room = SubtitleReader.MostBytes + 1 - (int)text.Length;
            text.Write(buffer, 0, Math.Min(count, room));
        }
        return text.ToArray();
    }
}
