using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Laddermill.Server.Configuration;

/// <summary>Finds keys of a JSON text that mean nothing: a misspelt option must not be passed over.</summary>
internal static class UnknownKeys
{
    /// <summary>A sentence for each, with the keys that there are.</summary>
    public static IEnumerable<string> In(
        JsonObject json,
        JsonTypeInfo type,
        JsonSerializerContext known,
        string at = ""
    )
    {
        foreach (var (key, value) in json)
        {
            if (type.Properties.FirstOrDefault(each => each.Name == key) is not { } property)
            {
                yield return $"{at}{key} is no option; there are {string.Join(", ", type.Properties.Select(each => each.Name))}.";
                continue;
            }
            var inner = known.GetTypeInfo(property.PropertyType);
            foreach (var problem in Within(value, inner, known, at + key))
            {
                yield return problem;
            }
        }
    }

    private static IEnumerable<string> Within(
        JsonNode? value,
        JsonTypeInfo? type,
        JsonSerializerContext known,
        string at
    ) =>
        (value, type?.Kind) switch
        {
            (JsonObject inner, JsonTypeInfoKind.Object) => In(inner, type!, known, at + "."),
            (JsonArray list, JsonTypeInfoKind.Enumerable) => list.SelectMany(
                (each, index) =>
                    Within(
                        each,
                        type!.ElementType is { } element ? known.GetTypeInfo(element) : null,
                        known,
                        $"{at}[{index}]"
                    )
            ),
            _ => [],
        };
}
