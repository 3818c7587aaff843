using System.Globalization;
using Laddermill.Processes;

namespace Laddermill.Media;

/// <summary>Looks at some pictures of a source to see whether they are woven of two fields; a second's work.</summary>
public sealed class FieldScanner(TimeProvider clock)
{
    /// <summary>Frames that are decoded at each place.</summary>
    private const int FramesAtOnePlace = 50;

    /// <summary>Parts of the film; titles and credits are often of another kind than the rest, which is looked at first.</summary>
    private static readonly double[] Places = [0.5, 0.1, 0.85];

    /// <summary>A film of fewer seconds is looked at from its start on, once.</summary>
    private const double Short = 10;

    private const string Key = "lavfi.idet.multiple.current_frame";

    /// <returns>The facts with <see cref="VideoStream.Fields"/> where fields are possible; else as they were.</returns>
    public async Task<MediaInfo> AddAsync(
        MediaInput input,
        MediaInfo info,
        CancellationToken cancellationToken
    )
    {
        if (info.MainVideo is not { } stream || !FieldSample.IsWorthALook(stream))
        {
            return info;
        }
        var sample = await LookAsync(input, info, stream, cancellationToken).ConfigureAwait(false);
        return info with
        {
            Video =
            [
                .. info.Video.Select(other =>
                    other == stream ? other with { Fields = sample } : other
                ),
            ],
        };
    }

    private async Task<FieldSample> LookAsync(
        MediaInput input,
        MediaInfo info,
        VideoStream stream,
        CancellationToken cancellationToken
    )
    {
        var sample = new FieldSample(0, 0, 0, 0);
        var duration = stream.Duration ?? info.Duration ?? 0;
        return await TimeLimit
            .RunAsync(
                clock,
                input.Limits.ProbeSeconds,
                LookAroundAsync,
                // Slow to decode, which is no fault of its own: what was seen so far counts.
                () => sample,
                cancellationToken
            )
            .ConfigureAwait(false);

        async Task<FieldSample> LookAroundAsync(CancellationToken token)
        {
            var isShort = duration < Short;
            foreach (var place in isShort ? [0] : Places)
            {
                sample = await LookAtAsync(
                        input,
                        stream,
                        place * duration,
                        isShort ? FramesAtOnePlace * 3 : FramesAtOnePlace,
                        sample,
                        token
                    )
                    .ConfigureAwait(false);
                // Pictures and headers agree.
                if (stream.FieldOrder == "progressive" && sample.IsWhole)
                {
                    break;
                }
            }
            return sample;
        }
    }

    private async Task<FieldSample> LookAtAsync(
        MediaInput input,
        VideoStream stream,
        double seconds,
        int frames,
        FieldSample sample,
        CancellationToken cancellationToken
    )
    {
        var command = new ToolCommand(
            "ffmpeg",
            [
                .. "-nostdin -hide_banner -nostats -loglevel error".Split(' '),
                .. input.Options,
                // The key frame before the place is near enough.
                .. seconds > 0
                    ?
                    [
                        "-noaccurate_seek",
                        "-ss",
                        seconds.ToString("0.###", CultureInfo.InvariantCulture),
                    ]
                    : Array.Empty<string>(),
                "-i",
                input.Address,
                "-map",
                $"0:{stream.Index}",
                "-frames:v",
                $"{frames}",
                "-vf",
                $"idet,metadata=mode=print:key={Key}:file=-",
                "-f",
                "null",
                "-",
            ]
        )
        {
            Package = "ffmpeg",
            Confinement = input.Confine(),
        };
        await using var tool = ToolProcess.Start(
            command,
            ToolOutput.Captured,
            clock,
            cancellationToken
        );
        using var reader = new StreamReader(tool.StandardOutput);
        while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            sample = Count(sample, line);
        }
        // A place that cannot be decoded tells nothing; who decodes all of the film will say so better.
        await tool.Completion.ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return sample;
    }

    private static FieldSample Count(FieldSample sample, string line) =>
        line switch
        {
            $"{Key}=tff" => sample with { TopFirst = sample.TopFirst + 1 },
            $"{Key}=bff" => sample with { BottomFirst = sample.BottomFirst + 1 },
            $"{Key}=progressive" => sample with { Whole = sample.Whole + 1 },
            $"{Key}=undetermined" => sample with { Undetermined = sample.Undetermined + 1 },
            _ => sample,
        };
}
