namespace Laddermill.Storage.Oci;

/// <summary>Where the key that signs requests comes from.</summary>
public abstract class OciCredentials
{
    /// <summary>The region that comes with them, if any: its name or code.</summary>
    public abstract string? Region { get; }

    /// <summary>The key to sign with now.</summary>
    /// <param name="renew">The last one was refused: look whether there is a newer one.</param>
    /// <exception cref="StoreException">There is none that could be used.</exception>
    internal abstract OciKey Get(bool renew);

    private protected static string ReadFile(string path, string what)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"Cannot read {what} '{path}': {e.Message}", e);
        }
    }
}
