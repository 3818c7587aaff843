using System.Collections.Immutable;
using Laddermill.Verification.Bitstreams;
using Laddermill.Verification.Model;

namespace Laddermill.Verification.Rules;

/// <summary>Which CMAF media profiles a rendition keeps (ISO/IEC 23000-19 Annex A, B and 10.5).</summary>
internal static class MediaProfiles
{
    public static ImmutableArray<string> Known { get; } =
    ["cfsd", "cfhd", "chdf", "chhd", "chh1", "cud8", "cud1", "caac"];

    public static List<string> Kept(Rendition rendition)
    {
        var track = rendition.Track!;
        if (track.Audio?.Config is { } audio)
        {
            var isCore =
                audio.ObjectType is 2 or 5 or 29
                && audio.SampleRate <= 48000
                && audio.Channels <= 2;
            return isCore ? ["caac"] : [];
        }
        if (track.Video?.Picture is not { } picture || rendition.Rate > 60.01)
        {
            return [];
        }
        return track.SampleEntry switch
        {
            "avc1" or "avc3" => OfAvc(picture),
            "hvc1" or "hev1" => OfHevc(picture),
            _ => [],
        };
    }

    private static List<string> OfAvc(PictureFacts picture)
    {
        var (profile, level, _) = picture.ProfileLevel;
        var isHigh = profile is 66 or 77 or 100;
        var isHd = picture.Width <= 1920 && picture.Height <= 1080 && Is709(picture.Colour);
        List<(string Brand, bool IsKept)> brands =
        [
            (
                "cfsd",
                level <= 31
                    && picture.Width <= 864
                    && picture.Height <= 576
                    && picture.Colour.Primaries is 1 or 2 or 5 or 6
            ),
            ("cfhd", level <= 40 && isHd),
            ("chdf", level <= 42 && isHd),
        ];
        return [.. brands.Where(each => isHigh && each.IsKept).Select(each => each.Brand)];
    }

    private static List<string> OfHevc(PictureFacts picture)
    {
        var (profile, level, isHighTier) = picture.ProfileLevel;
        var isHd = picture.Width <= 1920 && picture.Height <= 1080 && Is709(picture.Colour);
        var isUhd = picture.Width <= 3840 && picture.Height <= 2160;
        List<(string Brand, bool IsKept)> brands =
        [
            ("chhd", profile == 1 && level <= 123 && isHd),
            ("chh1", profile is 1 or 2 && level <= 123 && isHd),
            ("cud8", profile == 1 && level <= 150 && isUhd && Is709(picture.Colour)),
            ("cud1", profile is 1 or 2 && level <= 153 && isUhd),
        ];
        return [.. brands.Where(each => !isHighTier && each.IsKept).Select(each => each.Brand)];
    }

    /// <summary>BT.709, or not described, which stands for it.</summary>
    private static bool Is709(ColourCodes colour) =>
        colour is { Primaries: 1 or 2, Transfer: 1 or 2, Matrix: 1 or 2 };
}
