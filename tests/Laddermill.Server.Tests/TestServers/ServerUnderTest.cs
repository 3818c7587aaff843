using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Laddermill.Engines;
using Laddermill.Server.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Laddermill.Server.Tests.TestServers;

/// <summary>A real server on a port of its own, with a folder of its own that goes with it.</summary>
internal sealed class ServerUnderTest : IAsyncDisposable
{
    private readonly WebApplication app;

    private ServerUnderTest(WebApplication app, string folder, bool ownsFolder)
    {
        (this.app, Folder, OwnsFolder) = (app, folder, ownsFolder);
        var address = app
            .Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!
            .Addresses.Single();
        Client = new HttpClient { BaseAddress = new Uri(address) };
    }

    public string Folder { get; }

    /// <summary>Whether the folder goes when the server does.</summary>
    private bool OwnsFolder { get; }

    public string Inbox => Path.Combine(Folder, "inbox");

    public string Outbox => Path.Combine(Folder, "outbox");

    public HttpClient Client { get; }

    public IServiceProvider Services => app.Services;

    /// <summary>One pipeline, <c>films</c>, from the folder <c>inbox</c> to the folder <c>outbox</c>.</summary>
    public const string OnePipeline = """
        "pipelines": [{ "name": "films", "source": "inbox", "destination": "outbox", "settle": "00:00:00.2" }]
        """;

    /// <param name="engine">Null: real workers in child processes.</param>
    /// <param name="configuration">Members of the configuration, beside where to listen.</param>
    /// <param name="folder">One that stays; null: a new one.</param>
    public static async Task<ServerUnderTest> StartAsync(
        IEngine? engine = null,
        string configuration = OnePipeline,
        string? folder = null,
        Func<string, string?>? variable = null,
        Action<IServiceCollection>? change = null
    )
    {
        var place = folder ?? Directory.CreateTempSubdirectory("laddermill-server-").FullName;
        var setup = ServerOptionsReader.Read(
            $$"""{ "listen": "http://127.0.0.1:0", "name": "test", {{configuration}} }""",
            place,
            variable ?? (_ => null)
        );
        if (setup.Engine is EngineChoice.Process)
        {
            setup = setup with
            {
                Engine = new EngineChoice.Process(
                    Path.Combine(AppContext.BaseDirectory, "Laddermill.Cli"),
                    new Laddermill.Engines.ChildProcesses.WorkerLimits()
                ),
            };
        }
        var app = ServerHost.Build(
            setup,
            services =>
            {
                if (engine is not null)
                {
                    services.AddSingleton(engine);
                }
                change?.Invoke(services);
            }
        );
        await ServerHost.PrepareAsync(app, TestContext.Current.CancellationToken);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new ServerUnderTest(app, place, folder is null);
    }

    public async Task<JsonNode> GetAsync(string path) =>
        (await Client.GetFromJsonAsync<JsonNode>(path, TestContext.Current.CancellationToken))!;

    /// <summary>Waits until the jobs are as wanted.</summary>
    public async Task<JsonArray> JobsAsync(Func<JsonArray, bool> isWanted, string query = "")
    {
        while (true)
        {
            var jobs = (await GetAsync($"/jobs?limit=500{query}"))["items"]!.AsArray();
            if (isWanted(jobs))
            {
                return jobs;
            }
            await Task.Delay(
                TimeSpan.FromMilliseconds(50),
                TimeProvider.System,
                TestContext.Current.CancellationToken
            );
        }
    }

    /// <summary>Waits until a job is over, whichever way.</summary>
    public async Task<JsonNode> EndOfAsync(string id)
    {
        while (true)
        {
            var job = await GetAsync($"/jobs/{id}");
            if ((string?)job["state"] is not ("queued" or "running"))
            {
                return job;
            }
            await Task.Delay(
                TimeSpan.FromMilliseconds(50),
                TimeProvider.System,
                TestContext.Current.CancellationToken
            );
        }
    }

    /// <summary>Puts a file into the inbox whole, as an upload that renames does.</summary>
    public void Drop(string name, byte[] content)
    {
        var path = Path.Combine(Inbox, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var unfinished = path + ".part";
        File.WriteAllBytes(unfinished, content);
        File.Move(unfinished, path);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        if (OwnsFolder)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
