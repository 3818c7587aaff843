using Laddermill.Media;

namespace Laddermill.Ladders;

/// <summary>All that decides whether the source's own stream can be the best rendition.</summary>
/// <param name="Top">The rung whose place it would take.</param>
/// <param name="IsAlone">Whether there is no other rung for those who cannot play it.</param>
/// <param name="Rate">Of what is published.</param>
/// <param name="Frames">Of what is published.</param>
/// <param name="Origin">Source time that becomes 0.</param>
internal sealed record CopyQuestion(
    VideoStream Stream,
    CodedVideo Coded,
    SourceTiming Timing,
    PictureProcessing Picture,
    Profile Profile,
    FittedRung Top,
    bool IsAlone,
    Rational Rate,
    long Frames,
    double Origin
);
