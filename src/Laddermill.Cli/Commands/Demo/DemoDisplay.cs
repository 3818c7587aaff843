using System.Collections.Immutable;
using System.Text.Json;
using Laddermill.Cli.Progress;
using Laddermill.Cli.Serving;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Laddermill.Cli.Commands.Demo;

/// <summary>What a demo shows, whichever way.</summary>
internal interface IDemoScreen
{
    void Say(IEnumerable<string> lines);

    /// <param name="addressOf">The whole address of what the server links to.</param>
    void Update(ImmutableArray<ServerJob> jobs, Func<string, string> addressOf);
}

/// <summary>Shows films on their way: live in a terminal, else a line now and then.</summary>
internal sealed class DemoDisplay(ProgressMode mode, TextWriter output, TextWriter error)
{
    public Task ShowAsync(Func<IDemoScreen, Task> work) =>
        mode == ProgressMode.Auto && Terminal.Live(error) is { } terminal
            ? terminal
                .Live(DemoTable.Of([]))
                .AutoClear(true)
                .StartAsync(live => work(new Live(terminal, live)))
            : work(new Plain(mode, output, error));

    private abstract class Screen : IDemoScreen
    {
        private readonly DemoNews news = new();

        public abstract void Say(IEnumerable<string> lines);

        public virtual void Update(ImmutableArray<ServerJob> jobs, Func<string, string> addressOf)
        {
            foreach (var job in news.Playable(jobs))
            {
                Say(DemoNews.AtStart(job, addressOf));
            }
            foreach (var job in news.Ended(jobs))
            {
                if (job.Name == DemoFolder.SampleName && job.Result?.Renditions is { } renditions)
                {
                    Draw(ResultSummary.Table(renditions));
                }
                Say(DemoNews.AtEnd(job, addressOf));
            }
        }

        protected abstract void Draw(Table table);
    }

    /// <summary>News stays above, what runs is drawn anew beneath.</summary>
    private sealed class Live(IAnsiConsole terminal, LiveDisplayContext live) : Screen
    {
        public override void Say(IEnumerable<string> lines)
        {
            MakeRoom();
            terminal.Write(new PlainLines([.. lines]));
        }

        public override void Update(ImmutableArray<ServerJob> jobs, Func<string, string> addressOf)
        {
            base.Update(jobs, addressOf);
            live.UpdateTarget(DemoTable.Of(jobs));
        }

        protected override void Draw(Table table)
        {
            MakeRoom();
            terminal.Write(table);
        }

        /// <summary>News is written over what was drawn: of that nothing may look out behind a shorter line.</summary>
        private void MakeRoom() => live.UpdateTarget(new Text(" "));
    }

    /// <summary>Lines as they are: a terminal wraps a long address without breaking it, as we could not.</summary>
    private sealed class PlainLines(IReadOnlyList<string> lines) : Renderable
    {
        protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth) =>
            lines.SelectMany(line =>
                (Segment[])[new Segment(Words.Harmless(line)), Segment.LineBreak]
            );
    }

    private sealed class Plain(ProgressMode mode, TextWriter output, TextWriter error) : Screen
    {
        private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

        private readonly Dictionary<string, (string Phase, string Line, long At)> told = [];
        private readonly Dictionary<string, string> printed = [];

        public override void Say(IEnumerable<string> lines)
        {
            foreach (var line in lines)
            {
                error.WriteLine(Words.Harmless(line));
            }
        }

        public override void Update(ImmutableArray<ServerJob> jobs, Func<string, string> addressOf)
        {
            foreach (var job in jobs)
            {
                if (mode == ProgressMode.Json)
                {
                    Print(job);
                }
                else if (mode != ProgressMode.None && job.Progress is { } progress)
                {
                    // Where it lies on the disk is no news here: it plays from the server.
                    Tell(job, progress.Phase, ProgressLine.Of(progress with { Playable = null }));
                }
            }
            base.Update(jobs, addressOf);
        }

        protected override void Draw(Table table) => Terminal.Of(error).Write(table);

        private void Print(ServerJob job)
        {
            var line = JsonSerializer.Serialize(job, ServerJson.Default.ServerJob);
            if (printed.GetValueOrDefault(job.Id) != line)
            {
                printed[job.Id] = line;
                output.WriteLine(line);
            }
        }

        /// <summary>A line for each phase, and one each few seconds.</summary>
        private void Tell(ServerJob job, string phase, string line)
        {
            var now = TimeProvider.System.GetTimestamp();
            if (
                told.TryGetValue(job.Id, out var last)
                && last.Phase == phase
                && (
                    last.Line == line || TimeProvider.System.GetElapsedTime(last.At, now) < Interval
                )
            )
            {
                return;
            }
            told[job.Id] = (phase, line, now);
            Say([$"{job.Name}: {line}"]);
        }
    }
}
