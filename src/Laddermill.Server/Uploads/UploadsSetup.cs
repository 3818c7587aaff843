using Laddermill.Server.Configuration;

namespace Laddermill.Server.Uploads;

/// <summary>What takes uploads in.</summary>
internal static class UploadsSetup
{
    public static void AddUploads(this IServiceCollection services, ServerSetup setup)
    {
        services.AddSingleton(setup.Options.Uploads);
        services.AddSingleton(new UploadBook(setup.UploadsFolder));
        services.AddSingleton<UploadRoom>();
        services.AddSingleton<UploadDesk>();
        services.AddSingleton<UploadViews>();
        services.AddSingleton<UploadSweep>();
        services.AddHostedService(provider => provider.GetRequiredService<UploadSweep>());
    }
}
