using System.Collections.Immutable;

namespace Laddermill.Ladders;

/// <summary>Chooses the few pieces of a film that stand for all of it when it is tried out what it takes.</summary>
internal static class SamplePlanner
{
    /// <summary>Of the film's frames, where each is encoded once at each rung.</summary>
    private const double Part = 0.025;

    private const int LeastFrames = 72;
    private const int MostFrames = 288;
    private const int LeastSamples = 3;
    private const int MostSamples = 6;
    private const int FramesForAnotherSample = 24;

    /// <summary>Where a sample begins is approximate: its first frame is that of the key frame before, so that nothing is decoded in vain.</summary>
    /// <returns>In the film's order; none where there is nothing to try, one at its start where decoding cannot begin elsewhere.</returns>
    /// <param name="trials">How many qualities of each rung are tried: the more, the less of the film.</param>
    public static ImmutableArray<SampleRange> Make(VideoPlan video, SourceTiming timing, int trials)
    {
        if (video.HeldFrames > 0 || video.Frames == 1)
        {
            return [];
        }
        var total = (long)
            Math.Clamp(video.Frames * Part / trials, LeastFrames / trials, MostFrames);
        if (video.Frames <= total)
        {
            return [new SampleRange(video.Frames, null)];
        }
        if (!timing.CanSeek)
        {
            return [new SampleRange(total, null)];
        }
        var count = Math.Clamp(total / FramesForAnotherSample, LeastSamples, MostSamples);
        var length = total / count;
        return
        [
            .. Enumerable
                .Range(0, (int)count)
                .Select(index =>
                {
                    // In the middle of each part of the film: its very start and end are often black.
                    var first = (video.Frames * (2 * index + 1) / count - length) / 2;
                    return new SampleRange(
                        length,
                        video.Origin + first / video.FrameRate.ToDouble()
                    );
                }),
        ];
    }
}
