namespace Laddermill.Server.Console.SignIn;

/// <summary>The folder of the keys that sessions are sealed with.</summary>
internal static class KeyPlace
{
    /// <summary>Null where nothing can be written, as in a container with a read-only file system: then a restart signs everybody out.</summary>
    public static DirectoryInfo? Prepare(string folder)
    {
        try
        {
            var place = Directory.CreateDirectory(
                folder,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            );
            var probe = Path.Combine(folder, $".{Guid.NewGuid():n}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
            return place;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
