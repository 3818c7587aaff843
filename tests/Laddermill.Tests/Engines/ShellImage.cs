using System.Formats.Tar;
using Laddermill.Processes;
using Laddermill.Tests.TestServers;

namespace Laddermill.Tests.Engines;

/// <summary>A small image of this machine's shell, for containers that stand for workers; no registry is asked.</summary>
internal static class ShellImage
{
    private static readonly string[] Programs = ["sh", "sleep", "cat"];

    private const UnixFileMode Writers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>All but set-user-id and the like.</summary>
    private const UnixFileMode Anybody = (UnixFileMode)511;

    /// <returns>The image's name.</returns>
    public static Task<string> MakeAsync(
        DockerDaemon docker,
        string name,
        params IEnumerable<string> entryPoint
    ) =>
        docker.ImportAsync(
            name,
            entryPoint,
            async () =>
            {
                var archive = Path.GetTempFileName();
                await WriteAsync(archive);
                return archive;
            }
        );

    private static async Task WriteAsync(string archive)
    {
        await using var tar = new TarWriter(File.Create(archive));
        foreach (var folder in (string[])["tmp", "proc", "dev", "sys", "etc"])
        {
            // What is mounted on a folder gets the folder's mode: anybody's, as that of /tmp must be.
            await tar.WriteEntryAsync(
                new PaxTarEntry(TarEntryType.Directory, folder) { Mode = Anybody }
            );
        }
        var programs = Programs.Select(name => ToolPath.Find(name)!).ToList();
        var libraries = await LibrariesAsync(programs);
        foreach (
            var file in programs
                .Select(program => (From: program, To: $"bin/{Path.GetFileName(program)}"))
                .Concat(libraries.Select(library => (From: library, To: library[1..])))
        )
        {
            await using var content = File.OpenRead(file.From);
            await tar.WriteEntryAsync(
                new PaxTarEntry(TarEntryType.RegularFile, file.To)
                {
                    Mode = Anybody & ~Writers,
                    DataStream = content,
                }
            );
        }
    }

    /// <summary>The shared libraries, and what loads them, under the names that they are looked for by.</summary>
    private static async Task<IEnumerable<string>> LibrariesAsync(List<string> programs)
    {
        await using var ldd = ToolProcess.Start(
            new ToolCommand("ldd", [.. programs]),
            ToolOutput.Captured,
            cancellationToken: TestContext.Current.CancellationToken
        );
        var text = await new StreamReader(ldd.StandardOutput).ReadToEndAsync(
            TestContext.Current.CancellationToken
        );
        await ldd.EnsureSuccessAsync("The libraries of the shell were not told.");
        return text.Split([' ', '\t', '\n'])
            .Where(word => word.StartsWith('/') && !word.EndsWith(':'))
            .Distinct();
    }
}
