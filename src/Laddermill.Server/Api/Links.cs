using Laddermill.Server.Ledger;
using Laddermill.Server.Pipelines;
using Laddermill.Storage;

namespace Laddermill.Server.Api;

/// <summary>Where a job's streams can be fetched from this server: only what lies in a folder is served by it.</summary>
public sealed class Links(PipelineSet pipelines)
{
    public JobLinks? Of(JobRow job)
    {
        if (
            pipelines.Find(job.Pipeline)
                is not { Destination: { Scheme: StoreScheme.File } } pipeline
            || pipeline.Destination.ToString() != job.Destination
        )
        {
            return null;
        }
        var root = $"/streams/{pipeline.Name}";
        var folder = $"{root}/{Escape(job.Name)}";
        var isThere = job.State == JobState.Succeeded;
        var isPlayable =
            isThere || job.Progress?.Contains("\"playable\":\"", StringComparison.Ordinal) == true;
        return new JobLinks(
            isPlayable ? $"{folder}/master.m3u8" : null,
            isThere ? $"{folder}/dash.mpd" : null,
            isThere ? $"{root}/thumbnails/{Escape(job.Name)}_thumb.png" : null,
            $"{folder}/job.json"
        );
    }

    private static string Escape(string path) =>
        string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
}
