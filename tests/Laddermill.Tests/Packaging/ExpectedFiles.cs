namespace Laddermill.Tests.Packaging;

/// <summary>Whole files that the writers should write: <c>tests/testassets/playlists/CASE/FILE</c>.</summary>
internal static class ExpectedFiles
{
    /// <summary>
    /// Compares byte for byte. Where the file should change, what was written lies beside it as <c>FILE.actual</c>: read it, and rename it.
    /// </summary>
    public static void Matches(string name, string file, string actual)
    {
        var path = Repository.PathTo("tests", "testassets", "playlists", name, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var expected = File.Exists(path) ? File.ReadAllText(path) : "";
        File.Delete(path + ".actual");
        if (expected != actual)
        {
            File.WriteAllText(path + ".actual", actual);
        }
        Assert.Equal(expected, actual);
    }
}
