using System.Text.Json;
using System.Text.Json.Nodes;

namespace Laddermill.Ladders;

/// <summary>Finds profiles by name or file, and gives each its canonical text.</summary>
public static class Profiles
{
    private static readonly JsonDocumentOptions ForPeople = new()
    {
        AllowTrailingCommas = true,
        AllowDuplicateProperties = false,
        CommentHandling = JsonCommentHandling.Skip,
    };

    private static readonly Lazy<JsonObject> BuiltIn = new(() =>
    {
        using var stream = typeof(Profiles).Assembly.GetManifestResourceStream("profiles.json")!;
        return JsonNode.Parse(stream, null, ForPeople)!.AsObject();
    });

    /// <summary>The names of the built-in profiles.</summary>
    public static IReadOnlyList<string> Names => [.. BuiltIn.Value.Select(profile => profile.Key)];

    /// <summary>The built-in file itself, comments included: the reference of all fields.</summary>
    public static string BuiltInText
    {
        get
        {
            using var stream = typeof(Profiles).Assembly.GetManifestResourceStream(
                "profiles.json"
            )!;
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
    }

    /// <summary>
    /// A built-in profile by name, or one from a file: <c>FILE</c>, or <c>FILE#NAME</c> when it holds several.
    /// </summary>
    /// <exception cref="ProfileException">No such profile or file, or it is wrong; all problems are told at once.</exception>
    public static Profile Load(string nameOrFile)
    {
        if (BuiltIn.Value.ContainsKey(nameOrFile))
        {
            return Resolve(BuiltIn.Value, nameOrFile);
        }
        var (file, wanted) = nameOrFile.LastIndexOf('#') is var hash and >= 0
            ? (nameOrFile[..hash], nameOrFile[(hash + 1)..])
            : (nameOrFile, null);
        if (!File.Exists(file))
        {
            throw new ProfileException(
                $"There is no profile \"{nameOrFile}\": it is neither a file nor a built-in profile ({string.Join(", ", Names)})."
            );
        }
        try
        {
            return Parse(File.ReadAllText(file), file, wanted);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ProfileException(
                $"The profile file {file} could not be read: {exception.Message}",
                exception
            );
        }
    }

    /// <summary>Reads a profile file's text.</summary>
    /// <param name="origin">Where the text comes from, for messages.</param>
    /// <param name="wanted">The profile's name; may be null when there is only one.</param>
    public static Profile Parse(string text, string origin, string? wanted = null)
    {
        JsonObject profiles;
        try
        {
            profiles =
                JsonNode.Parse(text, null, ForPeople) as JsonObject
                ?? throw new ProfileException(
                    $"{origin} must hold one JSON object: profile names to profiles."
                );
        }
        catch (JsonException exception)
        {
            throw new ProfileException($"{origin} is not JSON: {exception.Message}", exception);
        }
        if (wanted is null)
        {
            wanted =
                profiles.Count == 1
                    ? profiles.First().Key
                    : throw new ProfileException(
                        $"{origin} holds {profiles.Count} profiles; name one: {origin}#NAME ({string.Join(", ", profiles.Select(p => p.Key))})."
                    );
        }
        if (!profiles.ContainsKey(wanted))
        {
            throw new ProfileException($"{origin} holds no profile \"{wanted}\".");
        }
        return Resolve(profiles, wanted);
    }

    /// <summary>
    /// The profile as JSON with sorted keys and no white space: equal profiles give equal bytes, whatever their file looked like.
    /// </summary>
    public static string Canonical(Profile profile) =>
        CanonicalJson.Write(JsonSerializer.SerializeToNode(profile, ProfileJson.Default.Profile));

    private static Profile Resolve(JsonObject profiles, string name)
    {
        var problems = new List<string>();
        var json = profiles[name]?.DeepClone();
        if (json is JsonObject fields && fields.Remove("extends", out var parent))
        {
            var parentName =
                parent is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
            if (parentName is null || !BuiltIn.Value.ContainsKey(parentName))
            {
                problems.Add(
                    $"{name}.extends must name a built-in profile: {string.Join(", ", Names)}."
                );
            }
            else
            {
                var merged = Flatten(parentName);
                Merge(merged, fields);
                json = merged;
            }
        }
        var profile = ProfileReader.Read(name, json ?? new JsonObject(), problems);
        return problems.Count == 0 ? profile : throw new ProfileException(problems);
    }

    private static JsonObject Flatten(string builtIn)
    {
        var fields = BuiltIn.Value[builtIn]!.DeepClone().AsObject();
        if (!fields.Remove("extends", out var parent))
        {
            return fields;
        }
        var merged = Flatten(parent!.GetValue<string>());
        Merge(merged, fields);
        return merged;
    }

    /// <summary>Objects are merged field by field; everything else, lists too, is replaced.</summary>
    private static void Merge(JsonObject into, JsonObject changes)
    {
        foreach (var (key, value) in changes)
        {
            if (value is JsonObject inner && into[key] is JsonObject target)
            {
                Merge(target, inner);
            }
            else
            {
                into[key] = value?.DeepClone();
            }
        }
    }
}

/// <summary>A profile cannot be used; the message lists every problem.</summary>
public sealed class ProfileException : Exception
{
    public ProfileException(string message, Exception? inner = null)
        : base(message, inner) => Problems = [message];

    public ProfileException(IReadOnlyList<string> problems)
        : base(
            problems.Count == 1
                ? $"The profile cannot be used: {problems[0]}"
                : $"The profile cannot be used, for {problems.Count} reasons:\n  - {string.Join("\n  - ", problems)}"
        ) => Problems = problems;

    public IReadOnlyList<string> Problems { get; }
}
