using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Laddermill.Events;
using Laddermill.Jobs;
using Laddermill.Ladders;
using Laddermill.Server.Configuration;
using Laddermill.Storage;

namespace Laddermill.Server.Pipelines;

/// <summary>One rule of what becomes of uploads: where they come from, where their streams go, and what is made.</summary>
/// <param name="Source">The root that is watched: its key is a prefix, empty or ending with <c>/</c>.</param>
/// <param name="OutputPrefix">Where in the source's own store outputs are published (empty: at its root); null: nowhere in it.</param>
public sealed record Pipeline(
    string Name,
    ObjectLocation Source,
    ObjectLocation Destination,
    NameRules Names,
    string? OutputPrefix,
    JsonNode? Profile,
    ImmutableArray<string> Protocols,
    string? Segments,
    int Priority,
    TimeSpan Reconcile,
    TimeSpan Settle,
    int MaxAttempts
)
{
    /// <summary>Profiles that were saved through the server, which the pipeline's may be one of.</summary>
    public required SavedProfiles Saved { get; init; }

    /// <summary>Names that never start a job: what is still being copied or downloaded, what is hidden, and texts that belong to a film.</summary>
    private static readonly NameRules Never = NameRules.Parse(
        null,
        "*.part,*.partial,*.crdownload,*.download,*.tmp,*.temp,*.filepart,*~,.*,*/.*,*.srt,*.vtt,*.ass,*.ssa,*.sub,*.idx,*.nfo,*.txt,*.jpg,*.png,*.json"
    );

    /// <summary>Why no job starts for an object of the source's store, as the end of a sentence about it; null when one does.</summary>
    /// <param name="key">In the store, prefix included.</param>
    public string? Objection(string key)
    {
        if (!key.StartsWith(Source.Key, StringComparison.Ordinal))
        {
            return "lies outside of the pipeline's source";
        }
        var name = key[Source.Key.Length..];
        // What was asked for by name is taken whatever its ending.
        var isNamed = !Names.Include.IsEmpty;
        return Names.Objection(name, null)
            ?? (OutputPrefix is null ? null : NameRules.All.Objection(key, OutputPrefix))
            ?? (isNamed ? null : Never.Objection(name, null));
    }

    /// <summary>The job of one object, as its worker gets it.</summary>
    /// <param name="key">In the store, prefix included.</param>
    /// <exception cref="ProfileException">The pipeline's profile, a saved one, is gone or was broken by hand.</exception>
    public JobDocument Document(string key) =>
        new()
        {
            Source = AddressOf(key),
            Destination = Destination.ToString(),
            Profile = Saved.Resolve(Profile),
            Protocols = Protocols.IsEmpty ? null : Protocols,
            Segments = Segments,
            // Under a watched folder: the path in it. In a bucket: the whole key, as everywhere.
            Name = Source.Scheme == StoreScheme.File ? key[Source.Key.Length..] : null,
        };

    public string AddressOf(string key) => (Source with { Key = key }).ToString();

    /// <summary>Puts options that were checked before into the form that work needs.</summary>
    /// <param name="folder">What relative paths start from.</param>
    /// <exception cref="AddressException">An address is malformed.</exception>
    public static Pipeline Of(PipelineOptions options, string folder, SavedProfiles saved)
    {
        var source = ObjectLocation.ParseDestination(options.Source, folder);
        var destination = ObjectLocation.ParseDestination(options.Destination, folder);
        return new Pipeline(
            options.Name,
            source,
            destination,
            new NameRules([.. options.Include], [.. options.Exclude]),
            source.Scheme == destination.Scheme && source.Bucket == destination.Bucket
                ? destination.Key
                : null,
            ProfileOf(options.Profile, folder, saved),
            [.. options.Protocols],
            options.Segments,
            options.Priority,
            options.Reconcile,
            options.Settle,
            options.MaxAttempts
        )
        {
            Saved = saved,
        };
    }

    /// <summary>A profile's file is found from the configuration's folder, wherever its workers run.</summary>
    private static JsonNode? ProfileOf(JsonNode? profile, string folder, SavedProfiles saved)
    {
        if (profile is not JsonValue value || !value.TryGetValue<string>(out var name))
        {
            return profile?.DeepClone();
        }
        var file = Path.Combine(folder, name.Split('#')[0]);
        return Ladders.Profiles.Names.Contains(name) || saved.Has(name) || !File.Exists(file)
            ? profile.DeepClone()
            : JsonValue.Create(Path.Combine(folder, name));
    }
}
