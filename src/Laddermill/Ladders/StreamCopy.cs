using System.Collections.Immutable;
using System.Globalization;
using Laddermill.Media;

namespace Laddermill.Ladders;

/// <summary>The answer: what is copied and where its segments begin, or why nothing is.</summary>
internal sealed record CopyAnswer(
    CopiedStream? Copied,
    ImmutableArray<long>? Segments,
    string Reason
)
{
    public static CopyAnswer No(string reason) => new(null, null, $"no: {reason}");
}

/// <summary>
/// Whether the source's own stream is published as it is, at no cost and no loss: H.264 as the best rung (<see cref="H264Copy"/>), HEVC beside all rungs (<see cref="HevcCopy"/>).
/// Pure. What only the bitstream knows is looked at while it is copied.
/// </summary>
public static class StreamCopy
{
    /// <summary>Whether it is worth reading the tables of the source for: what its headers say is not against it.</summary>
    public static bool IsPossible(VideoStream stream, Profile profile) =>
        HevcCopy.IsAsked(stream, profile)
            ? HevcCopy.WrongCoding(stream) is null
            : profile.Video.Passthrough == Passthrough.Auto && H264Copy.WrongCoding(stream) is null;

    /// <summary>Whether headers alone are against what the profile asks for by name, so that it must be told why.</summary>
    internal static bool IsRefused(VideoStream stream, Profile profile) =>
        HevcCopy.IsAsked(stream, profile) && HevcCopy.WrongCoding(stream) is not null;

    /// <summary>The renditions, best first, of which the source's own stream is the first.</summary>
    internal static ImmutableArray<VideoRendition> AddTo(
        ImmutableArray<VideoRendition> encoded,
        CopyQuestion question,
        CopiedStream copied
    ) =>
        copied.Codec == CopiedCodec.Hevc
            ? encoded.Insert(0, HevcCopy.Rendition(question, copied, encoded))
            : encoded.SetItem(
                0,
                encoded[0] with
                {
                    Copied = copied,
                    Level = question.Stream.Level ?? encoded[0].Level,
                }
            );

    internal static CopyAnswer Decide(CopyQuestion question)
    {
        var isHevc = HevcCopy.IsAsked(question.Stream, question.Profile);
        var trouble = isHevc
            ? HevcCopy.WrongCoding(question.Stream) ?? HevcCopy.WrongPicture(question)
            : H264Copy.WrongCoding(question.Stream) ?? H264Copy.WrongPicture(question);
        trouble ??= WrongTiming(question);
        if (trouble is not null)
        {
            return CopyAnswer.No(trouble);
        }
        var order = FrameOrder.Of(question.Coded, question.Origin, question.Rate);
        if (order is null)
        {
            return CopyAnswer.No("its frames do not follow each other without gaps");
        }
        return Cut(question, order, isHevc);
    }

    private static CopyAnswer Cut(CopyQuestion question, FrameOrder order, bool isHevc)
    {
        var (segments, trouble) = KeyFrameGrid.Make(
            order.Starts,
            question.Frames,
            question.Rate.ToDouble(),
            question.Profile.Segments
        );
        if (trouble is not null)
        {
            return CopyAnswer.No(trouble);
        }
        var (top, stream) = (question.Top, question.Stream);
        var peak = order.PeakBitrate(segments, question.Rate.ToDouble());
        var cap = isHevc ? HevcCopy.Cap(question) : top.MaxBitrate;
        if (peak > cap)
        {
            return CopyAnswer.No(
                $"it takes up to {Kilobits(peak)} over a segment, and {(isHevc ? "its size" : $"rung {top.Name}")} may take {Kilobits(cap)}"
            );
        }
        var copied = new CopiedStream((int)peak, order.ReorderFrames)
        {
            IsEnteredAnywhere = !question.Timing.HasIndex,
        };
        return isHevc
            ? new CopyAnswer(
                copied with
                {
                    Codec = CopiedCodec.Hevc,
                    VideoRange = HevcCopy.VideoRange(stream),
                },
                segments,
                HevcCopy.Reason(question, Kilobits(peak))
            )
            : new CopyAnswer(
                copied,
                segments,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the source's own stream is rung {top.Name}, not encoded again: H.264 {stream.Profile} of {stream.Width}x{stream.Height}, at most {Kilobits(peak)} over a segment"
                )
            );
    }

    /// <summary>What no player is told of a stream that is copied.</summary>
    internal static string? WrongShape(CopyQuestion question) =>
        question.Stream switch
        {
            _ when question.Picture.Fields is not null => "its pictures are woven of fields",
            { Rotation: not 0 } or { IsMirrored: true } => "its pictures have to be turned",
            var stream when stream.SquaredWidth != stream.Width => "its pixels are not square",
            _ => null,
        };

    private static string? WrongTiming(CopyQuestion question)
    {
        var (timing, coded) = (question.Timing, question.Coded);
        if (coded.Trouble is { } trouble)
        {
            return trouble;
        }
        if (!timing.IsSteady)
        {
            return "its frames come at uneven times";
        }
        if (question.Rate != timing.Rate)
        {
            return $"its frame rate is changed from {FrameRates.Show(timing.Rate)} to {FrameRates.Show(question.Rate)}";
        }
        if (timing.WhyNoSeek is { } reason)
        {
            return reason;
        }
        if (Math.Abs(question.Origin - timing.Start) * question.Rate.ToDouble() > 0.5)
        {
            return "its sound begins long before its pictures, the first of which is shown meanwhile";
        }
        return coded.Frames.Length == question.Frames
            ? null
            : $"it holds {coded.Frames.Length} frames, and {question.Frames} are to be shown";
    }

    private static string Kilobits(long rate) =>
        string.Create(CultureInfo.InvariantCulture, $"{rate / 1000} kbit/s");
}
