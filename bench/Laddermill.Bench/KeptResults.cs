using System.Text.Json;
using System.Text.Json.Serialization;

namespace Laddermill.Bench;

/// <summary>Figures in a file, a clip at a time, so that a bench of an hour can be interrupted and go on, and its tables be written again.</summary>
/// <param name="file">Null: nothing is kept.</param>
internal sealed class KeptResults(string? file)
{
    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        // Equal pictures have a PSNR without end.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private List<Line> lines =
        file is not null && File.Exists(file)
            ? JsonSerializer.Deserialize<List<Line>>(File.ReadAllText(file), Format) ?? []
            : [];

    /// <summary>What is known of all the shapes with one clip; null when one of them is missing.</summary>
    public IReadOnlyList<Result>? Find(string clip, IReadOnlyList<Shape> shapes)
    {
        var found = Known(clip, shapes);
        return found.Count == shapes.Count ? found : null;
    }

    /// <summary>All that is known, clip by clip as they were added.</summary>
    public IReadOnlyList<Result> All(IReadOnlyList<Shape> shapes) =>
        [.. lines.Select(line => line.Clip).Distinct().SelectMany(clip => Known(clip, shapes))];

    private List<Result> Known(string clip, IReadOnlyList<Shape> shapes) =>
        [
            .. shapes
                .Select(shape =>
                    lines.Find(line => line.Clip == clip && line.Shape == shape.Name) is { } line
                        ? new Result(clip, shape, line.Runs, line.Output)
                        : null
                )
                .OfType<Result>(),
        ];

    public void Add(IReadOnlyList<Result> results)
    {
        if (file is null)
        {
            return;
        }
        lines =
        [
            .. lines.Where(line =>
                !results.Any(result => result.Clip == line.Clip && result.Shape.Name == line.Shape)
            ),
            .. results.Select(result => new Line(
                result.Clip,
                result.Shape.Name,
                result.Runs,
                result.Output
            )),
        ];
        File.WriteAllText(file, JsonSerializer.Serialize(lines, Format));
    }

    private sealed record Line(string Clip, string Shape, IReadOnlyList<Usage> Runs, Output Output);
}
