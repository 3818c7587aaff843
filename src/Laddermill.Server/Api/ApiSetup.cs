using Laddermill.Server.Api.Description;
using Laddermill.Server.Configuration;
using Laddermill.Server.Security;

namespace Laddermill.Server.Api;

/// <summary>All groups of routes that people and programs use.</summary>
internal static class ApiSetup
{
    public static void AddApi(this IServiceCollection services, ServerSetup setup)
    {
        ErrorAnswers.Add(services);
        StreamsApi.Add(services, setup.Options.Streams);
        ApiDocument.Add(services);
        services.AddSingleton<Entrance>();
        services.AddSingleton<PlanTurn>();
        services.AddSingleton<LiveFeed>();
    }

    public static void MapApi(this WebApplication app, ServerSetup setup)
    {
        JobsApi.Map(app);
        LiveApi.Map(app);
        PipelinesApi.Map(app);
        ProfilesApi.Map(app);
        PlanApi.Map(app);
        KeysApi.Map(app);
        StreamsApi.Map(app, setup);
        ApiDocument.Map(app);
    }
}
