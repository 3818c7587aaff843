using Laddermill.Server.Api;
using Laddermill.Server.Ledger;
using Laddermill.Server.Pipelines;
using Laddermill.Storage;

namespace Laddermill.Server.Console.Job;

/// <summary>Where a page's player finds a film, on this server whatever store it lies in.</summary>
/// <param name="Playlist">HLS; null until there is something to play.</param>
/// <param name="Manifest">DASH; null until the film is complete.</param>
public sealed record Playing(string? Playlist, string? Manifest, string? Thumbnail)
{
    /// <param name="links">Of folders; null for buckets.</param>
    public static Playing? Of(JobRow job, PipelineSet pipelines, JobLinks? links)
    {
        if (links is not null)
        {
            return links.Playlist is null
                ? null
                : new Playing(links.Playlist, links.Manifest, links.Thumbnail);
        }
        if (
            job.State != JobState.Succeeded
            || pipelines.Find(job.Pipeline) is not { } pipeline
            || pipeline.Destination.Scheme == StoreScheme.File
            || pipeline.Destination.ToString() != job.Destination
        )
        {
            return null;
        }
        var root = $"{MediaRoute.Root}/{pipeline.Name}";
        var name = string.Join('/', job.Name.Split('/').Select(Uri.EscapeDataString));
        return new Playing(
            $"{root}/{name}/master.m3u8",
            $"{root}/{name}/dash.mpd",
            $"{root}/thumbnails/{name}_thumb.png"
        );
    }
}
