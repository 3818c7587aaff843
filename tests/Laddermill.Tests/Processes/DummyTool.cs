using System.Collections.Immutable;
using System.Globalization;
using Laddermill.Processes;

namespace Laddermill.Tests.Processes;

/// <summary>Runs tests/Laddermill.DummyTool, and looks at processes by their id.</summary>
internal static class DummyTool
{
    private static readonly string FileName = Path.Combine(
        AppContext.BaseDirectory,
        "Laddermill.DummyTool"
    );

    // Its launcher must find the runtime that we run on, wherever that is, in an environment that is otherwise empty.
    public static string Runtime { get; } =
        Path.GetFullPath(
            Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "../../..")
        );

    public static ToolCommand Command(params ImmutableArray<string> arguments) =>
        new(FileName, arguments)
        {
            Environment = ToolEnvironment.Clean.With("DOTNET_ROOT", Runtime),
        };

    /// <summary>Starts the dummy and returns once it says that it is ready, with the lines it wrote before.</summary>
    public static async Task<(ToolProcess Tool, IReadOnlyList<string> Lines)> StartReadyAsync(
        CancellationToken cancellationToken,
        params ImmutableArray<string> arguments
    )
    {
        var tool = ToolProcess.Start(
            Command(arguments),
            ToolOutput.Captured,
            cancellationToken: cancellationToken
        );
        var reader = new StreamReader(tool.StandardOutput);
        var lines = new List<string>();
        while (await reader.ReadLineAsync(cancellationToken) is { } line && line != "ready")
        {
            lines.Add(line);
        }
        return (tool, lines);
    }

    public static async Task<IReadOnlyList<string>> ReadLinesAsync(
        ToolCommand command,
        CancellationToken cancellationToken
    )
    {
        await using var tool = ToolProcess.Start(
            command,
            ToolOutput.Captured,
            null,
            cancellationToken
        );
        var text = await new StreamReader(tool.StandardOutput).ReadToEndAsync(cancellationToken);
        await tool.EnsureSuccessAsync("The dummy failed.");
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public static int ProcessId(string line) => int.Parse(line, CultureInfo.InvariantCulture);

    /// <summary>Whether the process exists and is more than an entry that nobody has reaped.</summary>
    public static bool IsAlive(int processId)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..][0] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Returns when the process is dead; the test's timeout says when it should have been.</summary>
    public static async Task WaitForDeathAsync(int processId, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        while (IsAlive(processId))
        {
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }
}
