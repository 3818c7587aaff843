using Laddermill.Media;

namespace Laddermill.Ladders;

/// <summary>Whether a source's frames are woven of fields: by what its pictures show first, by its tag where they show nothing.</summary>
internal static class FieldPlanner
{
    /// <returns>Null when frames are whole.</returns>
    public static FieldOrder? Make(VideoStream stream, List<Decision> decisions)
    {
        var isTagged = stream.FieldOrder is "tt" or "bb" or "tb" or "bt";
        var sample = stream.Fields;
        switch (sample)
        {
            case { IsCombed: true }:
                var order =
                    sample.TopFirst >= sample.BottomFirst
                        ? FieldOrder.TopFirst
                        : FieldOrder.BottomFirst;
                Decide(
                    $"{Seen(sample.Combed, sample)} show two moments in one, the {(order == FieldOrder.TopFirst ? "top" : "bottom")} field first{(isTagged ? "" : ", though no tag says so")}: fields become whole frames, two of each pair"
                );
                return order;
            case { IsWhole: true }:
                if (isTagged)
                {
                    Decide(
                        $"{Seen(sample.Whole, sample)} are whole though the tag says fields (order {stream.FieldOrder}): nothing to do"
                    );
                }
                return null;
            case not null when isTagged:
                Decide(
                    $"as tagged (order {stream.FieldOrder}), since {sample.Combed + sample.Whole} pictures with motion do not settle it: fields become whole frames, two of each pair"
                );
                return FieldOrder.AsFlagged;
            default:
                if (isTagged)
                {
                    Decide(
                        $"fields (order {stream.FieldOrder}) become whole frames, two of each pair"
                    );
                }
                return isTagged ? FieldOrder.AsFlagged : null;
        }

        void Decide(string reason) => decisions.Add(new Decision("interlacing", reason));
    }

    private static string Seen(int count, FieldSample sample) =>
        $"{count} of {sample.TopFirst + sample.BottomFirst + sample.Whole} pictures with motion";
}
