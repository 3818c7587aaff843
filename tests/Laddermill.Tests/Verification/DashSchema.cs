namespace Laddermill.Tests.Verification;

/// <summary>The XML schema of DASH, which is not ours to ship.</summary>
internal static class DashSchema
{
    /// <summary>Skips the test where the schema is not at hand.</summary>
    public static string Folder()
    {
        var folder =
            Environment.GetEnvironmentVariable("LADDERMILL_DASH_SCHEMA")
            ?? Repository.PathTo("..", "shared", "facts", "dash-schema");
        if (!File.Exists(Path.Combine(folder, "DASH-MPD.xsd")))
        {
            Assert.Skip(
                $"DASH-MPD.xsd is not in {folder}; set LADDERMILL_DASH_SCHEMA to a folder of github.com/MPEGGroup/DASHSchema."
            );
        }
        return folder;
    }
}
