using Laddermill.Server.Security;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Laddermill.Server.Api.Description;

/// <summary><c>/openapi/v1.json</c>, and <c>/docs</c>, a page of it. Both are the same for every installation and tell nothing of one, so that they are open.</summary>
internal static class ApiDocument
{
    private const string Key = "key";

    private static readonly (string Name, string Text)[] Tags =
    [
        ("jobs", "One source version to one destination with one profile."),
        ("plans", "What would be made of a source, and why."),
        ("pipelines", "What becomes of uploads."),
        ("profiles", "Named sets of choices."),
        ("events", "News of uploads, as stores send them."),
        ("webhooks", "Messages that were sent about the ends of jobs."),
        ("keys", "Who may use this API."),
    ];

    public static void Add(IServiceCollection services) =>
        services.AddOpenApi(
            "v1",
            options =>
            {
                options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
                options.AddDocumentTransformer(Complete);
                options.AddOperationTransformer(Complete);
                options.AddSchemaTransformer(Schemas.Complete);
            }
        );

    public static void Map(WebApplication app)
    {
        app.MapOpenApi("/openapi/v1.json").OpenWithinLimits();
        DocsPage.Map(app);
    }

    private static Task Complete(
        OpenApiDocument document,
        OpenApiDocumentTransformerContext context,
        CancellationToken cancellation
    )
    {
        document.Info = new OpenApiInfo
        {
            Title = "Laddermill",
            Version = "1",
            Description =
                "Video files become adaptive streams. A server that listens on this machine alone asks for no key; any other takes `Authorization: Bearer KEY`, where KEY is a key (`lm_…`) or a token of the configured OpenID Connect issuer. Scopes: `read`, `submit`, `admin`, each with all of the ones before it. Errors are problem details (RFC 9457).",
            License = new OpenApiLicense { Name = "Apache 2.0", Identifier = "Apache-2.0" },
        };
        document.Servers = [new OpenApiServer { Url = "/", Description = "This server" }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[Key] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            BearerFormat = "lm_…, or a JWT",
            Description = "Made by `laddermill keys create`, or under /keys.",
        };
        var used = document
            .Paths.Values.SelectMany(path => path.Operations ?? [])
            .SelectMany(operation => operation.Value.Tags ?? new HashSet<OpenApiTagReference>())
            .Select(tag => tag.Reference.Id)
            .ToHashSet();
        document.Tags = Tags.Where(tag => used.Contains(tag.Name))
            .Select(tag => new OpenApiTag { Name = tag.Name, Description = tag.Text })
            .ToHashSet();
        return Task.CompletedTask;
    }

    private static Task Complete(
        OpenApiOperation operation,
        OpenApiOperationTransformerContext context,
        CancellationToken cancellation
    )
    {
        var rule = context
            .Description.ActionDescriptor.EndpointMetadata.OfType<AccessRule>()
            .LastOrDefault();
        if (rule?.Scope is { } scope)
        {
            operation.Description =
                $"{operation.Description} Scope: `{Scopes.NameOf(scope)}`.".TrimStart();
            operation.Security =
            [
                new OpenApiSecurityRequirement
                {
                    [new OpenApiSecuritySchemeReference(Key, context.Document)] = [],
                },
            ];
        }
        else
        {
            operation.Security = [];
        }
        var answers = (operation.Responses ?? []).OrderBy(each => each.Key, StringComparer.Ordinal);
        operation.Responses = [];
        foreach (var (status, response) in answers.ToList())
        {
            operation.Responses[status] = response;
            response.Description = Answers.DescriptionOf(status, response.Description);
            if (status is "429" or "503" && response is OpenApiResponse mine)
            {
                mine.Headers ??= new Dictionary<string, IOpenApiHeader>();
                mine.Headers["Retry-After"] = new OpenApiHeader
                {
                    Description = "Seconds to wait.",
                    Schema = new OpenApiSchema { Type = JsonSchemaType.Integer },
                };
            }
        }
        Examples.Add(operation);
        return Task.CompletedTask;
    }
}
