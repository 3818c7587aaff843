using Laddermill.Storage;
using Laddermill.Transcoding;
using Spectre.Console;

namespace Laddermill.Cli.Commands;

/// <summary>What a job made and where it lies, for people.</summary>
internal static class ResultSummary
{
    public static async Task WriteAsync(
        TextWriter writer,
        ObjectLocation destination,
        JobEnding ending
    )
    {
        if (ending.Renditions is { } renditions)
        {
            Terminal.Of(writer).Write(Table(renditions));
        }
        if (ending.WasDone is true)
        {
            await writer.WriteLineAsync(
                "Done before; nothing was made. --force makes a new revision."
            );
        }
        await writer.WriteHarmlessAsync([
            .. ending.Actual is { } cost ? [CostWords.Took(cost)] : (string[])[],
            .. ending.Warnings?.Select(warning => $"Note: {warning}") ?? [],
            .. Place("HLS", destination, ending.MasterPlaylist),
            .. Place("TS", destination, ending.TransportPlaylist),
            .. Place("DASH", destination, ending.DashManifest),
        ]);
    }

    /// <summary>The address of a key of the destination: a path for a folder.</summary>
    public static string Address(ObjectLocation destination, string key)
    {
        var place = destination with { Key = key };
        return place.Scheme == StoreScheme.File ? place.LocalPath : place.ToString();
    }

    private static IEnumerable<string> Place(
        string name,
        ObjectLocation destination,
        string? key
    ) => key is null ? [] : [$"{name + ":", -5} {Address(destination, key)}"];

    public static Table Table(IEnumerable<RenditionReport> renditions)
    {
        var table = Terminal.Table("", "picture", "codec", " average", " peak", " size");
        foreach (var rendition in renditions)
        {
            table.AddRow(
                Terminal.Row(
                    rendition.Name,
                    rendition.Width is null ? "" : $"{rendition.Width}x{rendition.Height}",
                    rendition.Codec,
                    Words.Rate(rendition.AverageBitrate),
                    Words.Rate(rendition.PeakBitrate),
                    Words.Size(rendition.Bytes)
                )
            );
        }
        return table;
    }
}
