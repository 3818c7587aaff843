using System.CommandLine;
using Laddermill.Storage;

namespace Laddermill.Cli.Commands;

/// <summary>Arguments and options that mean the same in several commands.</summary>
internal static class Shared
{
    public static Argument<string> Source() =>
        new("SOURCE") { Description = "The video or sound: a path or file://… address." };

    /// <exception cref="AddressException">The address is malformed.</exception>
    /// <exception cref="UsageException">The source lies in a store that cannot be read yet.</exception>
    public static ObjectLocation Local(string address)
    {
        var location = ObjectLocation.ParseSource(address, Environment.CurrentDirectory);
        return location.Scheme == StoreScheme.File
            ? location
            : throw new UsageException(
                $"the source {location} lies in a bucket, which cannot be read yet; copy it to a folder and name its path."
            );
    }

    public static Option<bool> Json(string description) =>
        new("--json") { Description = description };
}
