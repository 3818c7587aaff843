using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Laddermill.Cli.Serving;

namespace Laddermill.Cli.Commands.Jobs;

/// <summary>One of the commands that talk to a server about jobs.</summary>
internal abstract class JobsSubcommand : Command
{
    private readonly ServerChoice server = new();
    private readonly Option<bool> json = Shared.Json("Print what the server answers as JSON.");

    protected JobsSubcommand(string name, string description)
        : base(name, description) =>
        SetAction(
            async (parsed, cancellation) =>
            {
                using var client = server.Open(parsed);
                return await RunAsync(
                    parsed,
                    new ServerJobs(client, TimeProvider.System),
                    parsed.InvocationConfiguration.Error,
                    cancellation
                );
            }
        );

    /// <returns>The exit code.</returns>
    protected abstract Task<int> RunAsync(
        ParseResult parsed,
        ServerJobs jobs,
        TextWriter error,
        CancellationToken cancellation
    );

    /// <summary>Comes after a command's own options: help shows them in this order.</summary>
    /// <param name="hasJson">Whether it can tell programs, too.</param>
    protected void AddServerOptions(bool hasJson = true)
    {
        if (hasJson)
        {
            Options.Add(json);
        }
        server.AddTo(this);
    }

    protected bool IsForPrograms(ParseResult parsed) => parsed.GetValue(json);

    protected static Task PrintAsync(ParseResult parsed, JsonNode answer)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            answer.WriteTo(writer);
        }
        return parsed.InvocationConfiguration.Output.WriteLineAsync(
            Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length)
        );
    }

    protected static Argument<string> Id() =>
        new("ID") { Description = "The job's id, or the beginning of it." };

    protected static Argument<string[]> Ids() =>
        new("ID")
        {
            Arity = ArgumentArity.OneOrMore,
            Description = "The jobs' ids, or the beginnings of them.",
        };
}
