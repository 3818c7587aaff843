namespace Laddermill.Packaging.Boxes;

/// <summary>The brands that a file may claim (ISO/IEC 14496-12 Annex E, ISO/IEC 23000-19 §7.2 and Annexes A, B).</summary>
internal static class Brands
{
    private const int MaximumLevelSd = 31;
    private const int MaximumLevelHd = 40;
    private const int MaximumLevelHdHigh = 42;

    /// <summary>
    /// Structure first (iso6: tfdt, negative composition offsets; cmfc: a CMAF track; dash), then the media profile that the track keeps to, if any.
    /// </summary>
    public static IEnumerable<string> Of(SampleEntry entry, bool isVideo)
    {
        yield return "iso6";
        yield return "mp41";
        yield return "dash";
        yield return "cmfc";
        if ((isVideo ? VideoProfile(entry) : AudioProfile(entry)) is { } profile)
        {
            yield return profile;
        }
    }

    /// <summary>The styp of a CMAF segment: one or several whole fragments (ISO/IEC 23000-19 §7.3.3.1).</summary>
    public static void WriteSegmentType(PooledBytes bytes)
    {
        var start = bytes.Begin(FourCc.Styp);
        bytes.UInt32(FourCc.Of("msdh"));
        bytes.UInt32(0);
        bytes.UInt32(FourCc.Of("msdh"));
        bytes.UInt32(FourCc.Of("iso6"));
        bytes.UInt32(FourCc.Of("cmfs"));
        bytes.End(start);
    }

    private static string? VideoProfile(SampleEntry entry) =>
        entry.Kind switch
        {
            // Main and Baseline streams stay below what a High decoder has to do.
            "avc1" or "avc3" when entry.Profile is 66 or 77 or 100 => AvcProfile(entry),
            "hvc1" or "hev1" when !entry.IsHighTier => HevcProfile(entry),
            "av01" => "av01",
            _ => null,
        };

    private static string? AvcProfile(SampleEntry entry) =>
        entry.Level switch
        {
            <= MaximumLevelSd when Fits(entry, 864, 576) && HasColour(entry, 1, 5, 6) => "cfsd",
            <= MaximumLevelHd when Fits(entry, 1920, 1080) && HasColour(entry, 1) => "cfhd",
            <= MaximumLevelHdHigh when Fits(entry, 1920, 1080) && HasColour(entry, 1) => "chdf",
            _ => null,
        };

    // HEVC's general_level_idc is thirty times the level.
    private static string? HevcProfile(SampleEntry entry) =>
        (entry.Profile, entry.Level) switch
        {
            (1, <= 123) when Fits(entry, 1920, 1080) && HasColour(entry, 1) => "chhd",
            (2, <= 123) when Fits(entry, 1920, 1080) && HasColour(entry, 1) => "chh1",
            (1, <= 150) when Fits(entry, 3840, 2160) && HasColour(entry, 1) => "cud8",
            (2, <= 153) when Fits(entry, 3840, 2160) && HasColour(entry, 1, 9) => "cud1",
            _ => null,
        };

    private static string? AudioProfile(SampleEntry entry) =>
        entry is { Kind: "mp4a", Profile: 2 or 5 or 29, SampleRate: <= 48000, Channels: 1 or 2 }
            ? "caac"
            : null;

    private static bool Fits(SampleEntry entry, int width, int height) =>
        entry.Width <= width && entry.Height <= height;

    /// <summary>Whether the colours are of one of these primaries; undescribed ones count as Rec. 709 (number 1).</summary>
    private static bool HasColour(SampleEntry entry, params ReadOnlySpan<int> primaries) =>
        entry.Colour is not { } colour
        || colour.Primaries == 2
        || primaries.Contains(colour.Primaries)
            && (colour.Primaries != 1 || colour.Transfer is 1 or 2)
            && colour.Transfer is not (16 or 18);
}
