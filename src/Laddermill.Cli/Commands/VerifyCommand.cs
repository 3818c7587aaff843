using System.CommandLine;
using System.Text;
using Laddermill.Packaging;
using Laddermill.Storage;
using Laddermill.Verification;
using Laddermill.Verification.Reports;

namespace Laddermill.Cli.Commands;

/// <summary><c>laddermill verify OUTPUT</c>: every rule, on something that is published.</summary>
internal sealed class VerifyCommand : Command, IExplainedCommand
{
    private readonly Argument<string> output = new("OUTPUT")
    {
        Description =
            $"A published folder or prefix of a bucket, or only its HLS or DASH part: the path of its {MediaPaths.MultivariantPlaylist} or {MediaPaths.Manifest}.",
    };
    private readonly Option<bool> deep = new("--deep")
    {
        Description = "Also decode every segment and every key frame with ffmpeg.",
    };
    private readonly Option<string?> schema = new("--schema")
    {
        HelpName = "FOLDER",
        Description = "Check the manifest against DASH-MPD.xsd and xlink.xsd in this folder, too.",
    };
    private readonly Option<bool> json = Shared.Json("Print the report as JSON on the output.");

    public VerifyCommand()
        : base("verify", "Check a published output against every rule of HLS, DASH and CMAF.")
    {
        Arguments.Add(output);
        Options.Add(deep);
        Options.Add(schema);
        Options.Add(json);
        SetAction(RunAsync);
    }

    public string Examples =>
        """
            laddermill verify /srv/streams/film.mkv
            laddermill verify /srv/streams/film.mkv/master.m3u8 --deep
            laddermill verify /srv/streams/film.mkv --json | jq .verdict

            Ends with 1 when a gate rule is broken: then something does not play right.
            """;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var (address, hls, dash) = Parts(parsed.GetRequiredValue(output));
        var reader = await OpenAsync(address, cancellation);
        var options = new VerifyOptions(hls, dash, parsed.GetValue(deep), parsed.GetValue(schema));
        var report = await Verifier.VerifyAsync(reader, options, cancellation);
        var streams = parsed.InvocationConfiguration;
        if (parsed.GetValue(json))
        {
            await streams.Output.WriteLineAsync(Encoding.UTF8.GetString(ReportJson.Write(report)));
        }
        else
        {
            await streams.Error.WriteHarmlessAsync(ReportText.Lines(report));
        }
        return report.Passed ? ExitCode.Done : ExitCode.Failed;
    }

    private static (string Folder, bool Hls, bool Dash) Parts(string address)
    {
        var folder = address[..(address.LastIndexOf('/') + 1)];
        return address[folder.Length..] switch
        {
            MediaPaths.MultivariantPlaylist or MediaPaths.TransportMultivariantPlaylist => (
                folder.Length == 0 ? "." : folder,
                true,
                false
            ),
            MediaPaths.Manifest => (folder.Length == 0 ? "." : folder, false, true),
            _ => (address, true, true),
        };
    }

    private static async Task<StoreOutputReader> OpenAsync(
        string address,
        CancellationToken cancellation
    )
    {
        var location = ObjectLocation.ParseDestination(address, Environment.CurrentDirectory);
        var store = ObjectStores.Open(location);
        foreach (var name in (string[])[MediaPaths.MultivariantPlaylist, MediaPaths.Manifest])
        {
            if (await store.HeadAsync(location.Key + name, cancellation) is not null)
            {
                return new StoreOutputReader(store, location.Key.TrimEnd('/'));
            }
        }
        throw new UsageException(
            $"{location} is no published output: it holds neither {MediaPaths.MultivariantPlaylist} nor {MediaPaths.Manifest}."
        );
    }
}
