using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Laddermill.Events;
using Laddermill.Storage;

namespace Laddermill.Server.Pipelines;

/// <summary>All pipelines of the configuration, and the stores that they use, each opened once.</summary>
/// <param name="open">Opens the store of a place; null: as the environment says.</param>
public sealed class PipelineSet(
    ImmutableArray<Pipeline> all,
    TimeProvider time,
    Func<ObjectLocation, IObjectStore>? open = null
)
{
    private readonly ConcurrentDictionary<
        (StoreScheme, string, string?),
        Lazy<IObjectStore>
    > stores = new();

    public ImmutableArray<Pipeline> All => all;

    public Pipeline? Find(string name) => all.FirstOrDefault(pipeline => pipeline.Name == name);

    /// <summary>Those whose jobs are made with the saved profile of a name.</summary>
    public IReadOnlyList<Pipeline> Naming(string profile) =>
        [
            .. all.Where(pipeline =>
                pipeline.Profile is JsonValue value
                && value.TryGetValue<string>(out var name)
                && name == profile
            ),
        ];

    /// <summary>Those that an event may be about: its bucket is theirs.</summary>
    public IEnumerable<Pipeline> For(ObjectCreated created) =>
        all.Where(pipeline =>
            pipeline.Source.Scheme != StoreScheme.File
            && SchemeName(pipeline.Source.Scheme) == created.Provider
            && pipeline.Source.Bucket == created.Bucket
        );

    /// <summary>The store of a place, which must be one of the pipelines'.</summary>
    public IObjectStore Open(ObjectLocation location) =>
        stores
            .GetOrAdd(
                (location.Scheme, location.Bucket, location.Namespace),
                _ => new Lazy<IObjectStore>(() =>
                    open is null ? ObjectStores.Open(location, time) : open(location)
                )
            )
            .Value;

    /// <summary>The pipeline whose source holds an object; null: no request may have it read.</summary>
    public Pipeline? Holding(ObjectLocation source) =>
        all.FirstOrDefault(pipeline =>
            pipeline.Source.Scheme == source.Scheme
            && (
                source.Scheme == StoreScheme.File
                    ? source.LocalPath.StartsWith(
                        pipeline.Source.Bucket.TrimEnd('/') + "/",
                        StringComparison.Ordinal
                    )
                    : pipeline.Source.Bucket == source.Bucket
                        && (
                            source.Namespace is null
                            || pipeline.Source.Namespace is null
                            || source.Namespace == pipeline.Source.Namespace
                        )
                        && source.Key.StartsWith(pipeline.Source.Key, StringComparison.Ordinal)
            )
        );

    /// <summary>What a place is called in a pipeline's store; null when it lies elsewhere.</summary>
    public string? KeyIn(Pipeline pipeline, ObjectLocation source) =>
        Holding(source) is null || source.Scheme != pipeline.Source.Scheme ? null
        : source.Scheme == StoreScheme.File
            ? source.LocalPath.StartsWith(
                    pipeline.Source.Bucket.TrimEnd('/') + "/",
                    StringComparison.Ordinal
                )
                    ? Path.GetRelativePath(pipeline.Source.Bucket, source.LocalPath)
                : null
        : source.Bucket == pipeline.Source.Bucket
        && source.Key.StartsWith(pipeline.Source.Key, StringComparison.Ordinal)
            ? source.Key
        : null;

    private static string SchemeName(StoreScheme scheme) => scheme == StoreScheme.S3 ? "s3" : "oci";
}
