using System.Text.Json.Serialization;

namespace Laddermill.Server;

/// <summary>Values of a closed set, in JSON by their words alone: never by number, which would mean something else after the next change.</summary>
public sealed class Words<T>() : JsonStringEnumConverter<T>(null, allowIntegerValues: false)
    where T : struct, Enum;
