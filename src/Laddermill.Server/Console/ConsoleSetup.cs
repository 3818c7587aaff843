using Laddermill.Server.Configuration;
using Laddermill.Server.Console.Job;
using Laddermill.Server.Console.Jobs;
using Laddermill.Server.Console.Live;
using Laddermill.Server.Console.Overview;
using Laddermill.Server.Console.Pipelines;
using Laddermill.Server.Console.Shell;
using Laddermill.Server.Console.SignIn;
using Laddermill.Server.Console.Stores;
using Laddermill.Server.Security;
using Microsoft.AspNetCore.Components.Server;
using MudBlazor.Services;

namespace Laddermill.Server.Console;

/// <summary>The console: pages for people, made at the server and kept up to date by it.</summary>
internal static class ConsoleSetup
{
    /// <summary>Where the files of the pages lie, beside the program.</summary>
    public static string WebRoot => Path.Combine(AppContext.BaseDirectory, "wwwroot");

    public static void AddConsole(this IServiceCollection services, ServerSetup setup)
    {
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.Configure<CircuitOptions>(circuits =>
        {
            // A viewer who is away for a moment finds the page as it was; what is on it can be found again by its address.
            circuits.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(2);
            circuits.DisconnectedCircuitMaxRetained = 50;
        });
        services.AddMudServices();
        services.AddSignIn(setup);
        services.AddScoped<Caller>();
        services.AddSingleton<News>();
        services.AddSingleton<JobTable>();
        services.AddSingleton<OverviewReader>();
        services.AddSingleton<FilmReader>();
        services.AddSingleton<JobFactsReader>();
        services.AddSingleton<PipelineBoard>();
        services.AddSingleton<StoreBrowser>();
    }

    public static void MapConsole(this WebApplication app)
    {
        app.UseAntiforgery();
        // In a group, so that what the framework adds for programs that are not published is open, too.
        app.MapGroup("").OpenToAll().MapStaticAssets();
        SignInPages.Map(
            app,
            app.Services.GetRequiredService<ServerSetup>().Options.Access.HasSignIn
        );
        MediaRoute.Map(app);
        app.MapRazorComponents<App>()
            .AddInteractiveServerRenderMode(server =>
                server.ContentSecurityFrameAncestorsPolicy = "'none'"
            )
            .RequireScope(Scope.Read)
            .ExcludeFromDescription();
    }
}
