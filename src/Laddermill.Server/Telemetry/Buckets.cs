namespace Laddermill.Server.Telemetry;

/// <summary>Bounds of histograms: in seconds, but for speeds and sizes of groups.</summary>
internal static class Buckets
{
    public static readonly double[] Call =
    [
        0.001,
        0.0025,
        0.005,
        0.01,
        0.025,
        0.05,
        0.1,
        0.25,
        0.5,
        1,
        2.5,
        5,
        10,
        30,
    ];

    /// <summary>Fine where news should become workers, coarse where they wait for room.</summary>
    public static readonly double[] Delay =
    [
        0.01,
        0.025,
        0.05,
        0.1,
        0.15,
        0.25,
        0.5,
        1,
        2.5,
        10,
        60,
        300,
        1800,
        7200,
        43_200,
    ];

    public static readonly double[] Work =
    [
        0.1,
        0.5,
        1,
        5,
        15,
        60,
        300,
        900,
        1800,
        3600,
        7200,
        14_400,
        43_200,
    ];

    public static readonly double[] Speed = [0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64];

    public static readonly long[] Group = [1, 2, 4, 8, 16, 32, 64, 128, 256];
}
