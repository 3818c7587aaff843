using Laddermill.Ladders;
using Laddermill.Server.Pipelines;

namespace Laddermill.Server.Console.Profiles;

/// <summary>Profiles by name, whichever way they came.</summary>
internal static class ProfileStock
{
    /// <summary>Null when there is none of that name.</summary>
    /// <exception cref="ProfileException">A saved one was broken by hand.</exception>
    public static Profile? Load(string name, SavedProfiles saved) =>
        Ladders.Profiles.Names.Contains(name) ? Ladders.Profiles.Load(name)
        : saved.Find(name) is { } found ? SavedProfiles.Check(name, found.Fields)
        : null;
}
