using Laddermill.Media.Movies;

namespace Laddermill.Media;

/// <summary>Finds how the frames of a stream lie in the file, at the least cost: from the tables of MP4 and MOV, else from the packets that were read already.</summary>
public static class CodedVideoReader
{
    /// <summary>Seconds by which the table's first frame and ffprobe's may differ.</summary>
    private const double Tolerance = 0.002;

    /// <param name="scan">What the packets told; null when nobody has read them.</param>
    public static async Task<CodedVideo> ReadAsync(
        MediaInput input,
        MediaInfo info,
        VideoStream stream,
        FrameScan? scan,
        CancellationToken cancellation
    )
    {
        if (!info.Container.Split(',').Contains("mov"))
        {
            return scan?.Coded ?? CodedVideo.Unknown("nobody has counted its frames");
        }
        var coded = await MovieReader.ReadAsync(input, stream, cancellation);
        if (coded.Trouble is not null)
        {
            // Movies in fragments have no table; then the packets were counted.
            return
                coded.Frames.IsEmpty
                && scan?.Coded is { Trouble: null } packets
                && coded.Trouble == MovieTrack.InFragments
                ? packets
                : coded;
        }
        var start = coded.Frames.Min(frame => frame.Shown) * coded.TimeBase.ToDouble();
        return Math.Abs(start - (scan?.Start ?? stream.StartTime)) <= Tolerance
            ? coded
            : CodedVideo.Unknown("its table of frames and its packets tell different times");
    }
}
