using System.CommandLine;
using Laddermill.Bench;

var clips = new Option<string[]>("--clips")
{
    Description =
        "films, or folders of them; 'made: grain and fast motion'. Without: those of the corpus that are good to encode, and the made one.",
    AllowMultipleArgumentsPerToken = true,
};
var shapes = new Option<string[]>("--shapes")
{
    Description =
        "names of the shapes, in the order of the tables; the first is what the others are compared with. Without: all.",
    AllowMultipleArgumentsPerToken = true,
};
var variants = new Option<FileInfo?>("--variants")
{
    Description =
        "a file of settings to try, beside the shapes: lines NAME PRESET OPTIONS [CRF], see bench/search.",
};
var seconds = new Option<int>("--seconds")
{
    Description = "how long each film is at least: shorter ones are repeated, longer ones cut.",
    DefaultValueFactory = _ => 30,
};
var runs = new Option<int>("--runs")
{
    Description = "how often each is run, all in turn; medians count.",
    DefaultValueFactory = _ => 3,
};
var keep = new Option<FileInfo?>("--keep")
{
    Description =
        "keeps the figures in this file, clip by clip; clips that are in it with all the shapes are not run again.",
};
var tables = new Option<bool>("--tables")
{
    Description = "runs nothing: the tables of all that --keep has.",
};
var write = new Option<FileInfo?>("--write")
{
    Description =
        "also puts the tables into this page, between its lines '<!-- figures -->' and '<!-- end of figures -->'.",
};
var root = new RootCommand(
    "What Laddermill and its peers' command shapes take for the same films on this machine: time, CPU, memory, bytes, and what the pictures are like. Tables in Markdown on the standard output. Needs ffmpeg and perf (Debian: linux-perf)."
)
{
    clips,
    shapes,
    variants,
    seconds,
    runs,
    keep,
    tables,
    write,
};
root.SetAction(
    async (options, cancellation) =>
    {
        var scripts =
            Environment.GetEnvironmentVariable("BENCH_SHAPES") ?? Path.Combine("bench", "shapes");
        var work = Directory.CreateTempSubdirectory("laddermill-bench-").FullName;
        try
        {
            var names = options.GetValue(shapes) ?? [];
            var chosen =
                names.Length == 0 && options.GetValue(variants) is null
                    ? Shape.All
                    : [.. names.Select(name => Shape.Known.Single(shape => shape.Name == name))];
            if (options.GetValue(variants) is { } file)
            {
                chosen = [.. chosen, .. Variants.Read(file.FullName, work)];
            }
            var kept = new KeptResults(options.GetValue(keep)?.FullName);
            var films = Clip.Choose(options.GetValue(clips) ?? [], options.GetValue(seconds), work);
            var bench = new Bench(
                Path.GetFullPath(scripts),
                work,
                options.GetValue(runs),
                kept,
                Console.Error
            );
            var results = options.GetValue(tables)
                ? kept.All(Shape.Known)
                : await bench.RunAsync(films, chosen, cancellation);
            var text = await Machine.DescribeAsync(cancellation) + "\n" + Report.Write(results);
            Console.Write(text);
            if (options.GetValue(write) is { } page)
            {
                Report.Put(text, page.FullName);
            }
            return 0;
        }
        catch (InvalidOperationException failure)
        {
            await Console.Error.WriteLineAsync($"bench: {failure.Message}");
            return 1;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }
);
return await root.Parse(args).InvokeAsync();
