using System.Collections.Immutable;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Laddermill.Server.Tests.TestServers;

/// <summary>The server as a program of its own, which can be killed.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process process;
    private readonly Task<string> errors;

    private ServerProcess(Process process, Uri address)
    {
        this.process = process;
        // Whoever does not read lets the server wait.
        errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        Client = new HttpClient { BaseAddress = address };
    }

    public HttpClient Client { get; }

    public int ProcessId => process.Id;

    /// <param name="configuration">Its file; it says <c>"listen": "http://127.0.0.1:0"</c>.</param>
    public static async Task<ServerProcess> StartAsync(
        string configuration,
        params ImmutableArray<(string Name, string Value)> environment
    )
    {
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "Laddermill.Server"),
            ["--config", configuration]
        )
        {
            RedirectStandardError = true,
        };
        start.Environment[ServerHost.ProgramVariable] = Path.Combine(
            AppContext.BaseDirectory,
            "Laddermill.Cli"
        );
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }
        var process = Process.Start(start)!;
        var words = new List<string>();
        while (
            await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken)
                is { } line
        )
        {
            words.Add(line);
            if (line.Split("listening on ") is [_, var address])
            {
                return new ServerProcess(process, new Uri(address));
            }
        }
        Assert.Fail("The server did not start: " + string.Join('\n', words));
        return null!;
    }

    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    /// <summary>Lets it end as a service is ended, and gives all that it wrote since it listened.</summary>
    public async Task<string> EndAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        return await errors.WaitAsync(TestContext.Current.CancellationToken);
    }

    public async Task<JsonArray> JobsAsync(string query = "") =>
        (
            await Client.GetFromJsonAsync<JsonNode>(
                $"/jobs?limit=500{query}",
                TestContext.Current.CancellationToken
            )
        )!["items"]!.AsArray();

    public void Dispose()
    {
        if (!process.HasExited)
        {
            Kill();
        }
        Client.Dispose();
        process.Dispose();
    }
}
