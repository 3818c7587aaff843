using Laddermill.Processes;
using Laddermill.Tests.Processes;

namespace Laddermill.Tests.TestServers;

/// <summary>The stand-in for Oracle Cloud as a program of its own, on a free port, gone when it is disposed.</summary>
internal sealed class OciProgram : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("laddermill-oci-");
    private readonly ToolProcess process;
    private readonly StreamReader lines;

    private OciProgram(string[] options, CancellationToken cancellation)
    {
        var program = new ToolCommand(
            Path.Combine(AppContext.BaseDirectory, "Laddermill.OciStandIn"),
            ["--folder", folder.FullName, .. options]
        )
        {
            Environment = ToolEnvironment.Clean.With("DOTNET_ROOT", DummyTool.Runtime),
        };
        process = ToolProcess.Start(program, ToolOutput.Captured, cancellationToken: cancellation);
        lines = new StreamReader(process.StandardOutput);
    }

    /// <summary>What clients need in their environment.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>Where the files of the API key and of the resource principal lie.</summary>
    public string Folder => folder.FullName;

    public static async Task<OciProgram> StartAsync(
        string[] options,
        CancellationToken cancellation
    )
    {
        var program = new OciProgram(options, cancellation);
        while (!program.Variables.ContainsKey("OCI_CONFIG_FILE"))
        {
            if (await program.lines.ReadLineAsync(cancellation) is not { } line)
            {
                await program.process.EnsureSuccessAsync("The stand-in did not start.");
                throw new InvalidOperationException("The stand-in ended.");
            }
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            program.Variables[line[..equals]] = line[(equals + 1)..];
        }
        return program;
    }

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        lines.Dispose();
        folder.Delete(recursive: true);
    }
}
