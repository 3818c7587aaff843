using System.Globalization;
using System.Text.Json.Nodes;
using Laddermill.Ladders;

namespace Laddermill.Server.Console.Profiles;

/// <summary>
/// A profile while it is edited: what stands in each field, as text, whether it makes sense or not. What is wrong with it is told by reading it as a job would, so that
/// the console knows no rule of its own.
/// </summary>
public sealed class ProfileDraft
{
    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);

    public List<Dictionary<string, string>> Rungs { get; } = [];

    /// <summary>What stands in a field; empty when nothing does.</summary>
    public string this[string path]
    {
        get => values.GetValueOrDefault(path, "");
        set => values[path] = value;
    }

    public static ProfileDraft Of(Profile profile)
    {
        var json = JsonNode.Parse(Ladders.Profiles.Canonical(profile))!.AsObject();
        // The canonical text leaves these out, always or when they say no.
        json["segments"]!["progressive"] = profile.Segments.Progressive;
        json["segments"]!["transportStream"] = profile.Segments.TransportStream;
        json["video"]!["passthrough"] =
            profile.Video.Passthrough == Passthrough.Auto ? "auto" : "never";
        json["video"]!["perTitle"] = profile.Video.PerTitle;
        json["maxCost"] = profile.MaxCost;
        json["video"]!["hevcPassthrough"] =
            profile.Video.HevcPassthrough == Passthrough.Auto ? "auto" : "never";
        var draft = new ProfileDraft();
        foreach (var field in ProfileGroup.All.SelectMany(group => group.Fields))
        {
            draft[field.Path] = TextOf(
                field.Path.Split('.').Aggregate((JsonNode?)json, (node, part) => node?[part])
            );
        }
        foreach (var rung in json["video"]!["rungs"]!.AsArray())
        {
            draft.Rungs.Add(
                ProfileGroup.Rung.ToDictionary(
                    field => field.Path,
                    field => TextOf(rung![field.Path])
                )
            );
        }
        return draft;
    }

    /// <summary>As a profile's file holds it. A number that is none stays text, which the reader of profiles then refuses.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject();
        foreach (var field in ProfileGroup.All.SelectMany(group => group.Fields))
        {
            var parts = field.Path.Split('.');
            var at = json;
            foreach (var part in parts[..^1])
            {
                at[part] ??= new JsonObject();
                at = at[part]!.AsObject();
            }
            at[parts[^1]] = ValueOf(field, this[field.Path]);
        }
        json["video"]!["rungs"] = new JsonArray([
            .. Rungs.Select(rung => new JsonObject(
                ProfileGroup.Rung.Select(field =>
                    KeyValuePair.Create(field.Path, ValueOf(field, rung[field.Path]))
                )
            )),
        ]);
        return json;
    }

    private static JsonNode? ValueOf(ProfileField field, string text) =>
        field.Kind switch
        {
            FieldKind.Flag => text == "true",
            FieldKind.List => new JsonArray([
                .. text.Split(
                        (char[])[' ', ',', '\n'],
                        StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
                    )
                    .Select(each => JsonValue.Create(each)),
            ]),
            _ when IsNumber(field)
                    && double.TryParse(
                        text.Trim(),
                        NumberStyles.Float,
                        CultureInfo.InvariantCulture,
                        out var number
                    )
                    && double.IsFinite(number) => JsonValue.Create(number),
            _ => text,
        };

    private static bool IsNumber(ProfileField field) =>
        field.Kind == FieldKind.Number
        || (field.Kind == FieldKind.Choice && field.Choices.All(each => each.All(char.IsDigit)));

    private static string TextOf(JsonNode? node) =>
        node switch
        {
            JsonArray list => string.Join(' ', list.Select(TextOf)),
            JsonValue value when value.TryGetValue<string>(out var text) => text,
            null => "",
            _ => node.ToJsonString(),
        };
}
