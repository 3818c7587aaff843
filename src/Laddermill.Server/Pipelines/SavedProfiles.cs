using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Laddermill.Ladders;

namespace Laddermill.Server.Pipelines;

/// <summary>
/// Profiles that people save through the server: a folder of ordinary profile files, <c>NAME.json</c>. They are read when a job is made, and stand in its
/// document whole: what is saved counts for the next job, of pipelines too, and jobs that were made before stay as they are.
/// </summary>
/// <param name="folder">Absolute; made when the first one is saved.</param>
public sealed partial class SavedProfiles(string folder)
{
    private const string Ending = ".json";

    private static readonly JsonSerializerOptions ForPeople = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly JsonDocumentOptions Lenient = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
    };

    private readonly Lock gate = new();

    /// <summary>What they are called, in order.</summary>
    public IReadOnlyList<string> Names =>
        Directory.Exists(folder)
            ?
            [
                .. Directory
                    .EnumerateFiles(folder, "*" + Ending)
                    .Select(file => Path.GetFileNameWithoutExtension(file))
                    .Where(IsName)
                    .Order(StringComparer.Ordinal),
            ]
            : [];

    /// <summary>1 to 64 letters, digits, <c>-</c> and <c>_</c>, and not a built-in profile's name.</summary>
    public static bool IsName(string name) =>
        PlainName().IsMatch(name) && !Profiles.Names.Contains(name);

    public bool Has(string name) => IsName(name) && File.Exists(PathOf(name));

    /// <summary>Null when there is none of that name.</summary>
    /// <exception cref="ProfileException">Its file was broken by hand.</exception>
    public SavedProfile? Find(string name)
    {
        if (!Has(name))
        {
            return null;
        }
        try
        {
            var text = File.ReadAllText(PathOf(name));
            return
                JsonNode.Parse(text, null, Lenient) is JsonObject { Count: 1 } file
                && file.First() is { Key: var inner, Value: JsonObject fields }
                && inner == name
                ? new SavedProfile(name, fields.DeepClone().AsObject(), TagOf(text))
                : throw new ProfileException(
                    $"The file of the saved profile {name} must hold one object with one profile, \"{name}\"."
                );
        }
        catch (JsonException broken)
        {
            throw new ProfileException(
                $"The file of the saved profile {name} is no JSON: {broken.Message}",
                broken
            );
        }
    }

    /// <summary>Says whether a profile could be saved: reads it as a job would.</summary>
    /// <exception cref="ProfileException">It cannot; all problems are told at once.</exception>
    public static Profile Check(string name, JsonObject fields) =>
        Profiles.Parse(
            new JsonObject { [name] = fields.DeepClone() }.ToJsonString(),
            "the profile",
            name
        );

    /// <summary>Saves a profile, when it is still as its editor knew it.</summary>
    /// <param name="tag">Of the version that it replaces; null: there must be none.</param>
    /// <returns>Null when it is not; then nothing is changed.</returns>
    /// <exception cref="ProfileException">It is wrong.</exception>
    public SavedProfile? Save(string name, JsonObject fields, string? tag)
    {
        _ = Check(name, fields);
        var text = new JsonObject { [name] = fields.DeepClone() }.ToJsonString(ForPeople) + "\n";
        lock (gate)
        {
            if (TagOf(name, out var now) && now != tag)
            {
                return null;
            }
            Directory.CreateDirectory(folder);
            var unfinished = PathOf(name) + "~";
            File.WriteAllText(unfinished, text);
            File.Move(unfinished, PathOf(name), overwrite: true);
            return new SavedProfile(name, fields, TagOf(text));
        }
    }

    /// <summary>Removes a profile, when it is still as its editor knew it.</summary>
    /// <returns>Whether it was.</returns>
    public bool Remove(string name, string tag)
    {
        lock (gate)
        {
            if (!TagOf(name, out var now) || now != tag)
            {
                return false;
            }
            File.Delete(PathOf(name));
            return true;
        }
    }

    /// <summary>A saved profile's name becomes the profile itself; all else stays what it is.</summary>
    /// <exception cref="ProfileException">Its file was broken by hand.</exception>
    public JsonNode? Resolve(JsonNode? profile)
    {
        if (
            profile is JsonValue value
            && value.TryGetValue<string>(out var name)
            && Find(name) is { } saved
        )
        {
            var whole = saved.Fields.DeepClone().AsObject();
            whole["name"] = name;
            return whole;
        }
        return profile?.DeepClone();
    }

    private bool TagOf(string name, out string? tag)
    {
        tag = Has(name) ? TagOf(File.ReadAllText(PathOf(name))) : null;
        return tag is not null;
    }

    private static string TagOf(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];

    private string PathOf(string name) => Path.Combine(folder, name + Ending);

    [GeneratedRegex("^[A-Za-z0-9_-]{1,64}\\z")]
    private static partial Regex PlainName();
}

/// <param name="Fields">As it was written: it may extend a built-in one.</param>
/// <param name="Tag">Changes with each change of it.</param>
public sealed record SavedProfile(string Name, JsonObject Fields, string Tag);
