using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Laddermill.Dispatching;
using Laddermill.Storage;
using Laddermill.Storage.Oci;
using Laddermill.Transcoding;

namespace Laddermill.Cli.Commands;

/// <summary>
/// <c>laddermill sweep DESTINATION</c>: removes what was replaced or left behind, once its time has come. Without a destination it sweeps the installation in
/// Oracle Cloud that the environment describes, as its function does.
/// </summary>
internal sealed class SweepCommand : Command, IExplainedCommand
{
    private readonly Argument<string?> destination = new("DESTINATION")
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description =
            "Where streams are published: a folder, s3://bucket/prefix or oci://bucket/prefix.",
    };
    private readonly Option<bool> json = Shared.Json("Print what was found as JSON on the output.");

    public SweepCommand()
        : base("sweep", "Remove revisions that were replaced or left behind, once they are due.")
    {
        Arguments.Add(destination);
        Options.Add(json);
        SetAction(RunAsync);
    }

    public string Examples =>
        """
            laddermill sweep /srv/streams
            laddermill sweep s3://streams --json | jq '.revisions[] | select(.isRemoved)'

            A revision that was replaced stays 24 hours (transcode --delete-after) for those who
            watch it; so does what a killed worker leaves, for the next one to go on with. Each job
            sweeps its destination when it is done; this is for destinations without new jobs.

            Without DESTINATION: the installation in Oracle Cloud that the environment describes in
            the function's configuration keys. Starts what was missed or found no room, and removes
            container instances that ended (docs/oracle-cloud.md).
            """;

    private Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation) =>
        parsed.GetValue(destination) is { } address
            ? SweepDestinationAsync(address, parsed, cancellation)
            : SweepInstallationAsync(parsed.InvocationConfiguration.Output, cancellation);

    /// <exception cref="ConfigurationException">The environment describes no installation.</exception>
    private static async Task<int> SweepInstallationAsync(
        TextWriter output,
        CancellationToken cancellation
    )
    {
        var time = TimeProvider.System;
        var dispatcher = Dispatcher.Open(
            DispatchOptionsReader.Read(Environment.GetEnvironmentVariable),
            OciOptions.FromEnvironment(time),
            time
        );
        var sweep = new Sweep(dispatcher);
        // Nobody waits: all of the bucket, however many calls of the function that would take.
        SweepAnswer answer;
        do
        {
            answer = await sweep.RunAsync(DateTimeOffset.MaxValue, cancellation);
            await output.WriteLineAsync(Encoding.UTF8.GetString(answer.ToJson()));
        } while (answer is { IsWhole: false, Waiting: 0 });
        return ExitCode.Done;
    }

    private async Task<int> SweepDestinationAsync(
        string address,
        ParseResult parsed,
        CancellationToken cancellation
    )
    {
        var location = ObjectLocation.ParseDestination(address, Environment.CurrentDirectory);
        var sweeper = new Sweeper(ObjectStores.Open(location), location.Key, TimeProvider.System);
        var revisions = await sweeper.SweepAsync(cancellation);
        var streams = parsed.InvocationConfiguration;
        if (parsed.GetValue(json))
        {
            await streams.Output.WriteLineAsync(new SweepEnding(revisions).ToJson());
        }
        else
        {
            await streams.Error.WriteHarmlessAsync([
                .. revisions.Select(Describe).DefaultIfEmpty("Nothing to remove, now or later."),
            ]);
        }
        return ExitCode.Done;
    }

    private static string Describe(SweptRevision found) =>
        found.IsRemoved
            ? Words.Invariant(
                $"{found.Folder}: revision {found.Revision} removed ({found.Objects} objects)"
            )
            : Words.Invariant(
                $"{found.Folder}: revision {found.Revision} stays, due {found.Due:yyyy-MM-dd HH:mm} UTC"
            );
}

/// <summary>What a sweep found, for programs.</summary>
internal sealed record SweepEnding(ImmutableArray<SweptRevision> Revisions)
{
    public string ToJson() => JsonSerializer.Serialize(this, SweepEndingJson.Default.SweepEnding);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true
)]
[JsonSerializable(typeof(SweepEnding))]
internal sealed partial class SweepEndingJson : JsonSerializerContext;
