using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Laddermill.Engines;
using Laddermill.Engines.ChildProcesses;
using Laddermill.Processes;

// Behaves in the ways that tools can, for the tests of Processes. "ready" on stdout: what was asked for has been set up.
ProcessEngine? engine;
switch (args)
{
    case ["fail", var code, .. var lines]:
        lines.ToList().ForEach(Console.Error.WriteLine);
        return int.Parse(code, CultureInfo.InvariantCulture);

    case ["flood", var count]:
        for (var i = 0; i < int.Parse(count, CultureInfo.InvariantCulture); i++)
        {
            Console.Error.Write($"progress {i}\r");
            Console.Error.WriteLine($"line {i} {new string('x', 90)}");
        }
        return 0;

    case ["environment"]:
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            Console.WriteLine($"{variable.Key}={variable.Value}");
        }
        return 0;

    case ["echo", .. var words]:
        words.ToList().ForEach(Console.WriteLine);
        Console.WriteLine($"stdin: {Console.In.ReadToEnd().Length}");
        return 0;

    case ["sleep"]:
        return SleepForever();

    case ["deaf"]:
        using (PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => signal.Cancel = true))
        {
            return SleepForever();
        }

    // A tool that starts a process of its own, and tells its id.
    case ["spawn", .. var words]:
        using (var child = Process.Start(Environment.ProcessPath!, words))
        {
            Console.WriteLine(child.Id);
            return SleepForever();
        }

    // The same, but it ends at once and leaves its child an orphan that holds its pipes.
    case ["orphan", .. var words]:
        using (var child = Process.Start(Environment.ProcessPath!, words))
        {
            Console.WriteLine(child.Id);
            return 0;
        }

    // A program that uses Laddermill to run a tool: to see that the tool dies with it.
    case ["host", .. var words]:
        var tool = ToolProcess.Start(
            new ToolCommand(Environment.ProcessPath!, [.. words])
            {
                Environment = ToolEnvironment.Inherited,
            },
            ToolOutput.Captured
        );
        new StreamReader(tool.StandardOutput).ReadLine();
        Console.WriteLine(tool.ProcessId);
        return SleepForever();

    // A server: its engine runs a worker, which is this command, within limits; it passes on what the worker writes.
    case ["engine", var limits, .. var words]:
        using (var settings = JsonDocument.Parse(limits))
        {
            engine = new ProcessEngine(
                new ProcessEngineOptions([words[0]], 1)
                {
                    Limits = WorkerLimits.Read(settings.RootElement),
                }
            );
        }
        if (engine.Obstacle is { } obstacle)
        {
            Console.WriteLine(obstacle);
        }
        var run = await engine.StartAsync(
            new EngineWork(
                "job",
                1,
                [.. words[1..]],
                ImmutableSortedDictionary<string, string>.Empty
            ),
            CancellationToken.None
        );
        await foreach (var line in engine.FollowAsync(run.Id, CancellationToken.None))
        {
            Console.WriteLine(line);
        }
        return 0;

    default:
        Console.Error.WriteLine("unknown arguments");
        return 2;
}

static int SleepForever()
{
    Console.WriteLine("ready");
    using var never = new ManualResetEventSlim();
    never.Wait();
    return 0;
}
