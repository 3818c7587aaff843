using System.Collections;
using System.Collections.Immutable;
using Laddermill.Processes;

namespace Laddermill.Cli.Serving;

/// <summary>The server is a program of its own, so that the command line, which is what workers are, holds no web server. It lies beside us, or in the folder <c>server</c> beside us.</summary>
/// <param name="Program">Its path.</param>
internal sealed record ServerInstallation(string Program)
{
    /// <summary>Tells the server which program its workers are; see <c>ServerHost</c> there.</summary>
    public const string ProgramVariable = "LADDERMILL_PROGRAM";

    private const string FileName = "Laddermill.Server";

    /// <exception cref="UsageException">It is not installed here.</exception>
    public static ServerInstallation Find() => Find(AppContext.BaseDirectory);

    /// <param name="folder">Ours.</param>
    /// <exception cref="UsageException">It is not installed there.</exception>
    public static ServerInstallation Find(string folder)
    {
        string[] places =
        [
            Path.Combine(folder, FileName),
            Path.Combine(folder, "server", FileName),
        ];
        return places.FirstOrDefault(File.Exists) is { } found
            ? new(found)
            : throw new UsageException(
                $"the server is not installed here: there is neither {places[0]} nor {places[1]}. "
                    + "A worker's image has none; use the server's image, or './laddermill serve' of the sources."
            );
    }

    /// <summary>The server in a process beside us, for programs that talk to it.</summary>
    public ToolCommand Command(params ImmutableArray<string> arguments) =>
        new(Program, arguments)
        {
            Environment = ToolEnvironment.Inherited.With(ProgramVariable, OurProgram),
        };

    /// <summary>Replaces us by the server: signals and the exit code are its own from then on. Returns only by throwing.</summary>
    /// <exception cref="IOException">It cannot be run.</exception>
    public void Become(params ImmutableArray<string> arguments) =>
        Execution.Become([Program, .. arguments], Variables());

    private static string OurProgram => Path.Combine(AppContext.BaseDirectory, "Laddermill.Cli");

    private static ImmutableArray<string> Variables()
    {
        var all = Environment
            .GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .ToDictionary(each => (string)each.Key, each => (string?)each.Value);
        // Who runs other workers has said so already.
        all.TryAdd(ProgramVariable, OurProgram);
        return [.. all.Select(each => $"{each.Key}={each.Value}")];
    }
}
