using System.Text.Json.Serialization;

namespace Laddermill.Media;

/// <summary>
/// What the pictures themselves say about fields, from a look at a few places of the film: how many show the comb of two moments woven into
/// one, by which field came first, and how many are whole. Tags are often wrong; a comb is not.
/// </summary>
/// <param name="Undetermined">Too still to tell.</param>
public sealed record FieldSample(int TopFirst, int BottomFirst, int Whole, int Undetermined)
{
    /// <summary>
    /// Sizes of interlaced television; a picture scaled to any other has lost its fields. Heights with and without the half lines at the edges.
    /// </summary>
    private static readonly int[] TelevisionHeights = [480, 484, 486, 512, 576, 608, 1080, 1088];

    /// <summary>Too few pictures with motion in them tell nothing.</summary>
    private const int EnoughPictures = 15;

    [JsonIgnore]
    public int Combed => TopFirst + BottomFirst;

    private int Determined => Combed + Whole;

    /// <summary>
    /// Combed without doubt: most pictures with motion, and all with the same field first. Moving patterns of one line's height fool the
    /// detector, but then it finds now this field first and now that.
    /// </summary>
    [JsonIgnore]
    public bool IsCombed =>
        Determined >= EnoughPictures
        && Combed >= 0.7 * Determined
        && Math.Min(TopFirst, BottomFirst) <= 0.03 * Combed;

    /// <summary>Whole without doubt: what a mere flag in the headers must not undo.</summary>
    [JsonIgnore]
    public bool IsWhole => Determined >= EnoughPictures && Combed <= 0.02 * Determined;

    /// <summary>Whether fields are possible at all, so that a look is worth its time: by the tag, or by a television's size and rate.</summary>
    public static bool IsWorthALook(VideoStream stream) =>
        stream.FieldOrder is "tt" or "bb" or "tb" or "bt"
        || (
            TelevisionHeights.Contains(stream.Height)
            && stream.Width > stream.Height
            && stream.Rotation is 0
            && stream.FrameRate?.ToDouble() is > 24.5 and < 30.5
        );
}
