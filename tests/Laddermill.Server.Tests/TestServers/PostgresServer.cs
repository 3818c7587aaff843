using System.Collections.Immutable;
using Laddermill.Processes;
using Laddermill.Server.Tests.TestServers;
using Npgsql;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace Laddermill.Server.Tests.TestServers;

/// <summary>
/// A real PostgreSQL for all tests of the run: started by the first that asks, in a private folder on a Unix socket of its own, gone with the run.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>PostgreSQL refuses to run as root: then it is this user, whom its Debian package makes.</summary>
    private const string User = "postgres";

    private readonly Lock gate = new();
    private DirectoryInfo? folder;
    private ToolProcess? server;
    private Task? started;
    private int databases;

    /// <summary>Connection string of a new, empty database. Skips the test, loudly, where PostgreSQL is not installed.</summary>
    public async Task<string> DatabaseAsync(CancellationToken cancellation)
    {
        Assert.SkipWhen(
            Program("postgres") is null,
            "no PostgreSQL: it is not installed (Debian package postgresql)"
        );
        lock (gate)
        {
            started ??= StartAsync();
        }
        await started.WaitAsync(cancellation);
        var name = $"laddermill{Interlocked.Increment(ref databases)}";
        await using var connection = new NpgsqlConnection(ConnectionOf("postgres"));
        await connection.OpenAsync(cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText = $"CREATE DATABASE {name}";
        await command.ExecuteNonQueryAsync(cancellation);
        return ConnectionOf(name);
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (server is not null)
        {
            await server.StopAsync(TimeSpan.FromSeconds(10));
            await server.DisposeAsync();
        }
        folder?.Delete(recursive: true);
    }

    private string ConnectionOf(string database) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = folder!.FullName,
            Username = User,
            Database = database,
            MaxPoolSize = 20,
        }.ToString();

    private async Task StartAsync()
    {
        folder = Directory.CreateTempSubdirectory("laddermill-postgres-");
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chown", User, folder.FullName);
        }
        var data = Path.Combine(folder.FullName, "data");
        await RunAsync(
            AsUser(
                "initdb",
                "-D",
                data,
                "-U",
                User,
                "--auth=trust",
                "--no-sync",
                "--encoding=UTF8",
                "--locale=C"
            )
        );
        server = ToolProcess.Start(
            AsUser(
                "postgres",
                "-D",
                data,
                "-k",
                folder.FullName,
                "-c",
                "listen_addresses=",
                "-c",
                "max_connections=100"
            )
        );
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionOf("postgres"));
                await connection.OpenAsync();
                return;
            }
            catch (NpgsqlException)
            {
                Assert.False(server.Completion.IsCompleted, string.Join('\n', server.ErrorTail));
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        }
    }

    private static string? Program(string name) =>
        ToolPath.Find(name)
        ?? (
            Directory.Exists("/usr/lib/postgresql")
                ? Directory
                    .GetDirectories("/usr/lib/postgresql")
                    .Order(StringComparer.Ordinal)
                    .Select(version => Path.Combine(version, "bin", name))
                    .LastOrDefault(File.Exists)
                : null
        );

    private static ToolCommand AsUser(string program, params ImmutableArray<string> arguments) =>
        Environment.IsPrivilegedProcess
            ? new ToolCommand(
                "setpriv",
                [
                    $"--reuid={User}",
                    $"--regid={User}",
                    "--init-groups",
                    Program(program)!,
                    .. arguments,
                ]
            )
            : new ToolCommand(Program(program)!, arguments);

    private static Task RunAsync(string program, params ImmutableArray<string> arguments) =>
        RunAsync(new ToolCommand(program, arguments));

    private static async Task RunAsync(ToolCommand command)
    {
        await using var tool = ToolProcess.Start(command);
        await tool.EnsureSuccessAsync("The PostgreSQL for the tests does not start.");
    }
}
