namespace Laddermill.Storage;

/// <summary>A store refused or could not be reached. The message names the store, the key and what the provider said.</summary>
public class StoreException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether the same call may succeed later (overload, network), or never will (rights, name, full disk).</summary>
    public bool IsTransient { get; init; }
}

/// <summary>The object is no longer the version that was asked for.</summary>
public sealed class ObjectChangedException(string message) : StoreException(message);
