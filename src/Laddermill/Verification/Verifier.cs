using Laddermill.Verification.Manifests;
using Laddermill.Verification.Model;
using Laddermill.Verification.Reports;
using Laddermill.Verification.Rules;

namespace Laddermill.Verification;

/// <summary>What to look at, and how closely.</summary>
/// <param name="Hls">Look at <c>master.m3u8</c> and what it names.</param>
/// <param name="Dash">Look at <c>dash.mpd</c> and what it names.</param>
/// <param name="Deep">Also decode every segment with ffmpeg.</param>
/// <param name="SchemaFolder">A folder with <c>DASH-MPD.xsd</c> and <c>xlink.xsd</c>; null when there is none at hand.</param>
public sealed record VerifyOptions(
    bool Hls = true,
    bool Dash = true,
    bool Deep = false,
    string? SchemaFolder = null
);

/// <summary>Checks an output that lies published in a store, with a reader that shares no code with what wrote it.</summary>
public static class Verifier
{
    /// <exception cref="Processes.ToolNotFoundException">Decoding was asked for and there is no ffmpeg.</exception>
    public static async Task<Report> VerifyAsync(
        IOutputReader reader,
        VerifyOptions options,
        CancellationToken cancellation
    )
    {
        var loader = new OutputLoader(reader);
        await loader.LoadAsync(options.Hls, options.Dash, cancellation).ConfigureAwait(false);
        var output = loader.Build();
        if (options.SchemaFolder is { } folder && loader.ManifestBytes is { } manifest)
        {
            var schema = MpdSchema.Load(folder);
            output = output with
            {
                SchemaFindings = schema.Validate(OutputLoader.ManifestName, manifest),
            };
        }
        if (options.Deep)
        {
            var decoder = new DeepCheck(reader);
            output = output with
            {
                DecodeFindings = await decoder.RunAsync(output, cancellation).ConfigureAwait(false),
            };
        }
        return RuleCatalogue.Apply(reader.Name, output);
    }
}
