namespace Laddermill.Tests.Storage;

/// <summary>A folder of a test's own, removed with it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("laddermill-test-");

    public string Path => folder.FullName;

    public IEnumerable<string> Names => folder.EnumerateFileSystemInfos().Select(f => f.Name);

    public void Dispose() => folder.Delete(recursive: true);
}
