using System.CommandLine;

namespace Laddermill.Cli.Serving;

/// <summary>The options that say which server is asked, and as whom. A key is never an argument: every user of a machine sees those.</summary>
internal sealed class ServerChoice
{
    public const string ServerVariable = "LADDERMILL_SERVER";
    public const string KeyVariable = "LADDERMILL_KEY";

    private readonly Option<string?> server = new("--server")
    {
        HelpName = "URL",
        Description =
            $"The server's address; by itself what {ServerVariable} says, or {ServerClient.DefaultAddress}.",
    };
    private readonly Option<string?> keyFile = new("--key-file")
    {
        HelpName = "FILE",
        Description = $"File that holds a key for the server; by itself {KeyVariable} holds it.",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(server);
        command.Options.Add(keyFile);
    }

    /// <exception cref="UsageException">The address is none, or the file holds no key.</exception>
    /// <exception cref="IOException">The key's file cannot be read.</exception>
    public ServerClient Open(ParseResult parsed) =>
        new(
            Address(
                parsed.GetValue(server) ?? Variable(ServerVariable) ?? ServerClient.DefaultAddress
            ),
            Key(parsed.GetValue(keyFile))
        );

    /// <exception cref="UsageException">It is no address of a server.</exception>
    public static Uri Address(string text) =>
        Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var address)
        && address.Scheme is "http" or "https"
            ? address
            : throw new UsageException(
                $"'{text}' is no address of a server; write one such as {ServerClient.DefaultAddress}."
            );

    private static string? Key(string? file)
    {
        var key = file is null ? Variable(KeyVariable) : File.ReadAllText(file).Trim();
        if (key is null)
        {
            return null;
        }
        // Anything else could not stand in a request's head.
        return key.Length > 0 && key.All(letter => letter is > ' ' and < '\x7f')
            ? key
            : throw new UsageException(
                $"{file ?? KeyVariable} holds no key: one line of letters and digits, as 'laddermill keys create' prints it."
            );
    }

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name)?.Trim() is { Length: > 0 } value ? value : null;
}
