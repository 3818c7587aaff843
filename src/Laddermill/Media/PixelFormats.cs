namespace Laddermill.Media;

/// <summary>What ffmpeg's names of pixel formats tell.</summary>
public static class PixelFormats
{
    private static readonly string[] Rgb = ["rgb", "bgr", "argb", "abgr", "gbr", "pal8", "0rgb"];

    private static readonly string[] Transparent =
    [
        "yuva",
        "gbrap",
        "rgba",
        "bgra",
        "argb",
        "abgr",
        "ya8",
        "ya16",
        "ayuv",
        "vuya",
        "pal8",
    ];

    /// <summary>Samples of red, green and blue, or an index into a table of them.</summary>
    public static bool IsRgb(string? name) => StartsWithAny(name, Rgb);

    /// <summary>Whether pixels may be transparent.</summary>
    public static bool HasAlpha(string? name) => StartsWithAny(name, Transparent);

    /// <summary>8 bits and 4:2:0, of limited or full range: what the renditions have too.</summary>
    public static bool IsPlain(string? name) => name is "yuv420p" or "yuvj420p" or "nv12" or "nv21";

    private static bool StartsWithAny(string? name, string[] starts) =>
        name is not null
        && Array.Exists(starts, start => name.StartsWith(start, StringComparison.Ordinal));
}
