using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Laddermill.Cli.Serving;

namespace Laddermill.Cli.Commands.Demo;

/// <summary>The folder of a demo: where films are dropped, where streams appear, and the configuration of a server for both.</summary>
/// <param name="Root">Absolute.</param>
internal sealed partial record DemoFolder(string Root)
{
    public const string SampleName = "sample.mp4";

    private const string Configuration = """
        // A server that makes streams of what is dropped into a folder.
        // 'laddermill serve --config' with this file runs it; deploy/laddermill.sample.json has every option.
        {
          "listen": "http://127.0.0.1:8480",
          "pipelines": [
            { "name": "films", "source": "inbox", "destination": "outbox" }
          ]
        }

        """;

    public string Inbox => Path.Combine(Root, "inbox");

    public string Outbox => Path.Combine(Root, "outbox");

    public string Sample => Path.Combine(Inbox, SampleName);

    public string ConfigurationFile => Path.Combine(Root, "laddermill.json");

    /// <summary>Makes what is missing, and keeps other demos out until it is disposed.</summary>
    /// <exception cref="UsageException">Another demo runs here.</exception>
    public IDisposable Claim()
    {
        Directory.CreateDirectory(Inbox);
        Directory.CreateDirectory(Outbox);
        FileStream claim;
        try
        {
            claim = new FileStream(
                Path.Combine(Root, ".demo.lock"),
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None
            );
        }
        catch (IOException)
        {
            throw new UsageException(
                $"a demo runs in {Root} already. Drop films into {Inbox}, or name another folder."
            );
        }
        if (!File.Exists(ConfigurationFile))
        {
            File.WriteAllText(ConfigurationFile, Configuration);
        }
        return claim;
    }

    /// <summary>Where the server listens by its configuration.</summary>
    /// <exception cref="UsageException">The configuration is none.</exception>
    public Uri Address()
    {
        try
        {
            var options = new JsonDocumentOptions
            {
                AllowTrailingCommas = true,
                CommentHandling = JsonCommentHandling.Skip,
            };
            var root = JsonNode.Parse(File.ReadAllText(ConfigurationFile), null, options);
            return ServerChoice.Address((string?)root?["listen"] ?? ServerClient.DefaultAddress);
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            throw new UsageException(
                $"the configuration {ConfigurationFile} cannot be read: {wrong.Message} Mend it, or remove it for a new one."
            );
        }
    }

    /// <summary>Writes another port into the configuration; all else in it stays as somebody may have changed it.</summary>
    public void Listen(int port) =>
        File.WriteAllText(
            ConfigurationFile,
            Listening()
                .Replace(
                    File.ReadAllText(ConfigurationFile),
                    Words.Invariant($"\"listen\": \"http://127.0.0.1:{port}\""),
                    count: 1
                )
        );

    /// <summary>What was dropped: names in the inbox, and sizes.</summary>
    public IReadOnlyDictionary<string, long> Films() =>
        new DirectoryInfo(Inbox)
            .EnumerateFiles("*", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetRelativePath(Inbox, file.FullName), file => file.Length);

    [GeneratedRegex("\"listen\"\\s*:\\s*\"[^\"]*\"")]
    private static partial Regex Listening();
}
