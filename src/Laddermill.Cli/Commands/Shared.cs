using System.CommandLine;
using Laddermill.Storage;

namespace Laddermill.Cli.Commands;

/// <summary>Arguments and options that mean the same in several commands.</summary>
internal static class Shared
{
    public static Argument<string> Source() =>
        new("SOURCE") { Description = "The video or sound: a path or a file://… address." };

    public static Option<bool> Json(string description) =>
        new("--json") { Description = description };

    /// <exception cref="AddressException">The address is malformed.</exception>
    /// <exception cref="UsageException">The source lies in a store that cannot be read yet.</exception>
    public static ObjectLocation Local(string address) =>
        Readable(ObjectLocation.ParseSource(address, Environment.CurrentDirectory));

    /// <exception cref="UsageException">It lies in a store that cannot be read yet.</exception>
    public static ObjectLocation Readable(ObjectLocation location) =>
        location.Scheme == StoreScheme.File
            ? location
            : throw new UsageException(
                $"{location} lies in a bucket, which cannot be read yet; copy it to a folder and name its path."
            );
}
