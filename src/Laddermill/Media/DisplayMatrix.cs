using System.Globalization;
using System.Text.Json;

namespace Laddermill.Media;

/// <summary>The 3x3 matrix of ISO/IEC 14496-12 §8.3.2 by which a player turns the picture.</summary>
internal static class DisplayMatrix
{
    /// <summary>
    /// The clockwise turn that makes the picture upright, as ffmpeg does it by itself: it takes what is within one degree of a right
    /// angle as that, and anything else leaves the size of the picture alone.
    /// </summary>
    public static (int Rotation, bool IsMirrored) Read(JsonElement stream)
    {
        var data = stream
            .Items("side_data_list")
            .FirstOrDefault(data => data.Text("side_data_type") == "Display Matrix");
        // ffprobe prints the turn counter-clockwise: a phone held upright has -90 and must be turned 90 clockwise.
        var turn = data.Long("rotation") is { } counter and >= -360 and <= 360
            ? (int)((720 - counter) % 360)
            : 0;
        var rotation = (turn + 45) / 90 % 4 * 90;
        var distance = Math.Abs(turn - rotation) % 360;
        return (Math.Min(distance, 360 - distance) <= 1 ? rotation : 0, IsMirrored(data));
    }

    /// <summary>Whether the determinant of the upper left 2x2 is negative; ffprobe prints the matrix as three numbered lines.</summary>
    private static bool IsMirrored(JsonElement data)
    {
        var rows = (data.Text("displaymatrix") ?? "")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(row => row.Split([' ', ':'], StringSplitOptions.RemoveEmptyEntries))
            .ToList();
        return rows is [[_, var a, var b, ..], [_, var c, var d, ..], ..]
            && Number(a) * Number(d) - Number(b) * Number(c) < 0;
    }

    private static double Number(string text) =>
        double.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value : 0;
}
