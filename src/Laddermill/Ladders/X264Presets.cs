using System.Collections.Immutable;
using System.Globalization;

namespace Laddermill.Ladders;

/// <summary>x264's named trades of speed against quality.</summary>
public static class X264Presets
{
    /// <summary>Those that a profile may name, fastest first.</summary>
    public static ImmutableArray<string> Names { get; } =
    [
        "ultrafast",
        "superfast",
        "veryfast",
        "faster",
        "fast",
        "medium",
        "slow",
        "slower",
        "veryslow",
    ];

    /// <summary>Reference frames of a rung: its own <c>ref=</c>, else its preset's (x264's <c>param_apply_preset</c>).</summary>
    public static int References(Rung rung)
    {
        foreach (var option in rung.EncoderOptions)
        {
            if (
                option.StartsWith("ref=", StringComparison.Ordinal)
                && int.TryParse(option[4..], CultureInfo.InvariantCulture, out var own)
            )
            {
                return own;
            }
        }
        return rung.Preset switch
        {
            "ultrafast" or "superfast" or "veryfast" => 1,
            "faster" or "fast" => 2,
            "medium" => 3,
            "slow" => 5,
            "slower" => 8,
            _ => 16,
        };
    }
}
