using System.Globalization;
using Laddermill.Processes;

namespace Laddermill.Media;

/// <summary>Looks at some pictures of a source to see whether they are woven of two fields; a second's work.</summary>
public sealed class FieldScanner(TimeProvider clock)
{
    /// <summary>Frames that are decoded at each place.</summary>
    private const int FramesAtOnePlace = 50;

    /// <summary>Enough to agree with headers that say "progressive": of pictures that are woven by any pattern, some are among as many.</summary>
    private const int FramesToAgree = 25;

    /// <summary>A film of fewer seconds is looked at from its start on.</summary>
    private const double Short = 10;

    private const string Key = "lavfi.idet.multiple.current_frame";

    /// <returns>What the main video's pictures show; null where fields are not possible.</returns>
    public async Task<FieldSample?> LookAsync(
        MediaInput input,
        MediaInfo info,
        CancellationToken cancellationToken
    ) =>
        info.MainVideo is { } stream && FieldSample.IsWorthALook(stream)
            ? await LookAsync(input, info, stream, cancellationToken).ConfigureAwait(false)
            : null;

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
            foreach (var (seconds, frames) in Looks(stream, duration))
            {
                sample = await LookAtAsync(input, stream, seconds, frames, sample, token)
                    .ConfigureAwait(false);
                // Pictures and headers agree.
                if (IsSaidWhole(stream) && sample.IsWhole)
                {
                    break;
                }
            }
            return sample;
        }
    }

    /// <summary>
    /// Where to look, in seconds, and at how many frames. Titles and credits are often of another kind than the rest, which is looked at first. Headers that say
    /// "progressive" are mostly right, and a few pictures with motion agree.
    /// </summary>
    private static (double Seconds, int Frames)[] Looks(VideoStream stream, double duration) =>
        (duration < Short, IsSaidWhole(stream)) switch
        {
            (true, true) => [(0, FramesToAgree), (0, FramesAtOnePlace * 3)],
            (true, false) => [(0, FramesAtOnePlace * 3)],
            (false, var isSaidWhole) =>
            [
                (duration * 0.5, isSaidWhole ? FramesToAgree : FramesAtOnePlace),
                (duration * 0.1, FramesAtOnePlace),
                (duration * 0.85, FramesAtOnePlace),
            ],
        };

    private static bool IsSaidWhole(VideoStream stream) => stream.FieldOrder == "progressive";

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
