using System.Data.Common;
using Laddermill.Dispatching;
using Laddermill.Server.Configuration;
using Laddermill.Server.Security;

namespace Laddermill.Server;

/// <summary>The program: <c>--config FILE [--check]</c>, as <c>laddermill serve</c> calls it.</summary>
internal static class ServerProgram
{
    private const int Done = 0;
    private const int Failed = 1;
    private const int Usage = 2;

    public static async Task<int> RunAsync(string[] arguments, TextWriter error)
    {
        if (arguments is ["keys", .. var words])
        {
            return await KeysProgram.RunAsync(words, System.Console.Out, error);
        }
        string? file = null;
        var isCheck = false;
        for (var index = 0; index < arguments.Length; index++)
        {
            switch (arguments[index])
            {
                case "--config" when index + 1 < arguments.Length:
                    file = arguments[++index];
                    break;
                case "--check":
                    isCheck = true;
                    break;
                case var other:
                    await error.WriteLineAsync(
                        $"laddermill serve: there is no option '{other}'. Try 'laddermill serve --help'."
                    );
                    return Usage;
            }
        }
        ServerSetup setup;
        try
        {
            setup = await ReadAsync(file ?? "laddermill.json");
        }
        catch (ConfigurationException wrong)
        {
            foreach (var problem in wrong.Problems)
            {
                await error.WriteLineAsync($"{file}: {problem}");
            }
            return Usage;
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync(
                $"laddermill serve: the configuration cannot be read: {missing.Message} 'laddermill serve --help' shows one."
            );
            return Usage;
        }
        if (isCheck)
        {
            await error.WriteLineAsync("The configuration is fine.");
            return Done;
        }
        return await ServeAsync(setup, error);
    }

    private static async Task<ServerSetup> ReadAsync(string file)
    {
        var path = Path.GetFullPath(file);
        return ServerOptionsReader.Read(
            await File.ReadAllTextAsync(path),
            Path.GetDirectoryName(path)!,
            Environment.GetEnvironmentVariable
        );
    }

    private static async Task<int> ServeAsync(ServerSetup setup, TextWriter error)
    {
        await using var app = ServerHost.Build(setup);
        try
        {
            await ServerHost.PrepareAsync(app, CancellationToken.None);
            await app.StartAsync();
        }
        catch (DbException wrong)
        {
            await error.WriteLineAsync(
                $"laddermill serve: the ledger cannot be opened: {wrong.Message}"
            );
            return Failed;
        }
        catch (IOException taken)
        {
            await error.WriteLineAsync($"laddermill serve: {taken.Message}");
            return Failed;
        }
        await error.WriteLineAsync($"laddermill serve: listening on {string.Join(", ", app.Urls)}");
        await app.WaitForShutdownAsync();
        return Done;
    }
}
