using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Laddermill.Server.Api.Description;

/// <summary>Says of our types what the framework does not see.</summary>
internal static class Schemas
{
    public static Task Complete(
        OpenApiSchema schema,
        OpenApiSchemaTransformerContext context,
        CancellationToken cancellation
    )
    {
        var type = context.JsonTypeInfo.Type;
        if (type.IsEnum)
        {
            schema.Type = JsonSchemaType.String;
        }
        else if (type == typeof(JsonElement) || type == typeof(JsonObject))
        {
            schema.Type = JsonSchemaType.Object;
        }
        else if (type == typeof(JsonNode))
        {
            schema.Type = JsonSchemaType.String | JsonSchemaType.Object | JsonSchemaType.Null;
        }
        else if (type == typeof(ProblemDetails))
        {
            CompleteProblem(schema);
        }
        if (context.JsonTypeInfo.Kind == JsonTypeInfoKind.Object)
        {
            // What is null is left out of an answer.
            foreach (
                var property in context.JsonTypeInfo.Properties.Where(each => each.IsGetNullable)
            )
            {
                schema.Required?.Remove(property.Name);
            }
        }
        return Task.CompletedTask;
    }

    private static void CompleteProblem(OpenApiSchema schema)
    {
        schema.Description = "What went wrong (RFC 9457).";
        schema.AdditionalPropertiesAllowed = true;
        schema.Properties ??= new Dictionary<string, IOpenApiSchema>();
        schema.Properties["code"] = new OpenApiSchema
        {
            Type = JsonSchemaType.String,
            Description = "Stable word for programs, where there is one: why a source is rejected.",
        };
        schema.Properties["traceId"] = new OpenApiSchema
        {
            Type = JsonSchemaType.String,
            Description = "By this the request is found in traces.",
        };
    }
}
