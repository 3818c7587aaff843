namespace Laddermill.Bench;

/// <summary>All clips with all shapes, in turn, so that whatever else disturbs the machine disturbs all of them.</summary>
internal sealed class Bench(string scripts, string work, int runs, KeptResults kept, TextWriter log)
{
    public async Task<IReadOnlyList<Result>> RunAsync(
        IReadOnlyList<(string Name, Func<CancellationToken, Task<Clip>> PrepareAsync)> clips,
        IReadOnlyList<Shape> shapes,
        CancellationToken cancellation
    )
    {
        var results = new List<Result>();
        foreach (var (name, prepareAsync) in clips)
        {
            if (kept.Find(name, shapes) is { } known)
            {
                results.AddRange(known);
                continue;
            }
            var clip = await prepareAsync(cancellation);
            var usages = shapes.ToDictionary(shape => shape, _ => new List<Usage>());
            var outputs = new Dictionary<Shape, Output>();
            for (var run = 0; run < runs; run++)
            {
                foreach (var shape in shapes)
                {
                    var destination = Path.Combine(work, "out");
                    var usage = await Meter.RunAsync(
                        shape,
                        clip,
                        scripts,
                        destination,
                        cancellation
                    );
                    usages[shape].Add(usage);
                    await log.WriteLineAsync(
                        FormattableString.Invariant(
                            $"{clip.Name}, run {run + 1}, {shape.Name}: {usage.Wall:0.0} s, {usage.Processor:0.00} CPU s, playable after {usage.Playable:0.0} s"
                        )
                    );
                    if (run == 0)
                    {
                        outputs[shape] = await LookAtAsync(shape, clip, destination, cancellation);
                    }
                    Directory.Delete(destination, recursive: true);
                }
            }
            Result[] measured =
            [
                .. shapes.Select(shape => new Result(name, shape, usages[shape], outputs[shape])),
            ];
            kept.Add(measured);
            results.AddRange(measured);
        }
        return results;
    }

    private async Task<Output> LookAtAsync(
        Shape shape,
        Clip clip,
        string destination,
        CancellationToken cancellation
    )
    {
        var rungs = new List<RungQuality>();
        foreach (var (name, pattern) in Shape.RungNames.Zip(shape.Rungs))
        {
            // A source smaller than a rung has fewer of them.
            if (Shape.Find(destination, pattern).FirstOrDefault() is { } rung)
            {
                rungs.Add(await Quality.MeasureAsync(name, rung, clip, work, cancellation));
            }
        }
        var bytes = Directory
            .EnumerateFiles(destination, "*", SearchOption.AllDirectories)
            .Sum(file => new FileInfo(file).Length);
        return new Output(bytes, rungs);
    }
}
