using System.Collections.Immutable;
using Laddermill.Processes;

namespace Laddermill.Tests.Processes;

/// <summary><c>laddermill</c> itself, as a process of its own.</summary>
internal static class OurProgram
{
    public static string FileName { get; } =
        Path.Combine(AppContext.BaseDirectory, "Laddermill.Cli");

    /// <param name="environment">Null: ours.</param>
    public static ToolCommand Command(
        ImmutableArray<string> arguments,
        ToolEnvironment? environment = null
    ) =>
        new(FileName, arguments)
        {
            // Its launcher must find the runtime that we run on, wherever that is.
            Environment = (environment ?? ToolEnvironment.Inherited).With(
                "DOTNET_ROOT",
                DummyTool.Runtime
            ),
        };

    /// <summary>Bytes that have been resident at most so far, without its tools; 0 when it has ended.</summary>
    public static long PeakMemory(int processId)
    {
        try
        {
            return UsageSampler.ReadPeakMemory(File.ReadLines($"/proc/{processId}/status"));
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
