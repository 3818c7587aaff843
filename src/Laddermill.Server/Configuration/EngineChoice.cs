using System.Collections.Immutable;
using System.Text.Json;
using Laddermill.Engines.ChildProcesses;
using Laddermill.Engines.Docker;
using Laddermill.Engines.OciContainerInstances;

namespace Laddermill.Server.Configuration;

/// <summary>Which engine runs the workers, and what they are made like there.</summary>
public abstract record EngineChoice
{
    private EngineChoice() { }

    /// <param name="Program">Null: the one that started the server.</param>
    public sealed record Process(string? Program, WorkerLimits Limits) : EngineChoice;

    public sealed record Docker(DockerOptions Options) : EngineChoice;

    public sealed record Oci(ContainerInstanceOptions Options) : EngineChoice;

    /// <param name="problems">Gets a sentence for each thing that is wrong.</param>
    public static EngineChoice Read(
        EngineOptions options,
        string folder,
        ImmutableArray<string>.Builder problems
    )
    {
        switch (options.Kind)
        {
            case "process":
                return new Process(
                    options.Program.Length > 0 ? Path.Combine(folder, options.Program) : null,
                    Read(options, WorkerLimits.Read, limits => limits.Problems(), problems)
                );
            case "docker":
                return new Docker(
                    Read(options, DockerOptions.Read, docker => docker.Problems(), problems)
                );
            case "oci":
                return new Oci(OciOf(options, problems));
            default:
                problems.Add(
                    $"engine.kind is \"{options.Kind}\"; it must be \"process\", \"docker\" or \"oci\"."
                );
                return new Process(null, new WorkerLimits());
        }
    }

    /// <summary>Settings in the engine's own form; what it is without any when they cannot be read.</summary>
    private static T Read<T>(
        EngineOptions options,
        Func<JsonElement, T> read,
        Func<T, IEnumerable<string>> check,
        ImmutableArray<string>.Builder problems
    )
        where T : new()
    {
        try
        {
            var settings = read(
                JsonSerializer.SerializeToElement(
                    options.Settings,
                    ServerOptionsJson.Default.DictionaryStringJsonElement
                )
            );
            problems.AddRange(check(settings).Select(problem => $"engine.settings: {problem}"));
            return settings;
        }
        catch (JsonException wrong)
        {
            problems.Add($"engine.settings: {wrong.Message}");
            return new T();
        }
    }

    private static ContainerInstanceOptions OciOf(
        EngineOptions options,
        ImmutableArray<string>.Builder problems
    )
    {
        string[] known =
        [
            "compartment",
            "availabilityDomains",
            "shape",
            "ocpus",
            "memory",
            "image",
            "subnet",
        ];
        problems.AddRange(
            options
                .Settings.Keys.Except(known)
                .Select(key =>
                    $"engine.settings.{key} is no option; there are {string.Join(", ", known)}."
                )
        );
        string Text(string key)
        {
            if (
                options.Settings.TryGetValue(key, out var value)
                && value.ValueKind == JsonValueKind.String
                && value.GetString() is { Length: > 0 } text
            )
            {
                return text;
            }
            problems.Add($"engine.settings.{key} is missing; it must be a text.");
            return "";
        }
        decimal Number(string key)
        {
            if (
                options.Settings.TryGetValue(key, out var value)
                && value.ValueKind == JsonValueKind.Number
                && value.TryGetDecimal(out var number)
                && number is > 0 and <= 2048
            )
            {
                return number;
            }
            problems.Add($"engine.settings.{key} must be a number such as 4.");
            return 1;
        }
        return new ContainerInstanceOptions(
            Text("compartment"),
            [
                .. Text("availabilityDomains")
                    .Split(
                        ',',
                        StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
                    ),
            ],
            Text("shape"),
            Number("ocpus"),
            Number("memory"),
            Text("image"),
            Text("subnet")
        );
    }
}
