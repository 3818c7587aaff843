using System.Collections.Immutable;
using System.Text;
using System.Threading.Channels;
using Laddermill.Ladders;
using Laddermill.Packaging;
using Laddermill.Storage;
using Laddermill.Verification;

namespace Laddermill.Transcoding;

/// <summary>
/// Shows a film while it is being made: as soon as the first segment of every rendition is stored, growing playlists (EVENT) appear, and the multivariant
/// playlist. Never takes back what is listed, also not what another worker or an earlier run of the same job has listed.
/// </summary>
/// <param name="shown">Called once: viewers can begin.</param>
internal sealed class EarlyFilm(
    OutputFolder output,
    string revision,
    Plan plan,
    PublishGate gate,
    Action shown
)
{
    private readonly GrowingRenditions renditions = new(plan);
    private readonly GrowingTexts texts = new(output);
    private readonly Channel<bool> news = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    private MadeSubtitles? subtitles;
    private bool hasSubtitles;
    private bool isShown;

    /// <summary>An init segment is stored.</summary>
    public void Begin(string rendition, InitFacts init) => renditions.Begin(rendition, init);

    /// <summary>A segment is stored.</summary>
    public void Add(string rendition, PackagedSegment segment)
    {
        renditions.Add(rendition, segment);
        news.Writer.TryWrite(true);
    }

    /// <inheritdoc cref="GrowingRenditions.Reach"/>
    public void Reach(string rendition, long start, long end)
    {
        renditions.Reach(rendition, start, end);
        news.Writer.TryWrite(true);
    }

    /// <summary>Texts are ready: nobody waits for them, so who has begun before sees none.</summary>
    public void Add(MadeSubtitles made) => Volatile.Write(ref subtitles, made);

    /// <summary>Nothing more will come.</summary>
    public void Complete() => news.Writer.TryComplete();

    /// <summary>Lists what is new, until all is there.</summary>
    /// <exception cref="OutputRefusedException">A segment breaks a rule; it is not listed.</exception>
    public async Task ShowAsync(CancellationToken cancellation)
    {
        var listed = 0;
        await foreach (var _ in news.Reader.ReadAllAsync(cancellation))
        {
            var count = renditions.Count;
            if (count > listed)
            {
                if (!await ListAsync(count, cancellation))
                {
                    // Another worker has completed it, or it is another revision's turn.
                    return;
                }
                listed = count;
            }
        }
    }

    private async Task<bool> ListAsync(int count, CancellationToken cancellation)
    {
        var made = Volatile.Read(ref subtitles);
        var growing = PublishedTexts.WriteGrowing(Growing(count, made?.Tracks ?? []));
        OutputRefusedException.ThrowIfBroken(
            gate.DecideGrowing(
                growing.ToDictionary(text => text.Path, text => (ReadOnlyMemory<byte>)text.Bytes)
            )
        );
        foreach (var text in growing[..^1])
        {
            if (!await texts.GrowAsync(text, cancellation))
            {
                return false;
            }
        }
        if (!isShown || hasSubtitles != (made is not null))
        {
            if (!await texts.PointAsync(growing[^1], revision, cancellation))
            {
                return false;
            }
            hasSubtitles = made is not null;
        }
        if (!isShown)
        {
            isShown = true;
            shown();
        }
        return true;
    }

    private Presentation Growing(int count, ImmutableArray<SubtitleTrack> written)
    {
        var video =
            plan.Video?.Renditions.Select(rendition =>
            {
                var (init, segments) = renditions.First(rendition.Name, count);
                return PlannedTracks.Of(rendition, plan.Video, init, segments) with
                {
                    Cap = rendition.MaxBitrate,
                };
            })
            ?? [];
        var audio = plan.Audio.Select(rendition =>
        {
            var (init, segments) = renditions.First(rendition.Name, count);
            return PlannedTracks.Of(rendition, init, segments) with { Cap = rendition.Bitrate };
        });
        return new Presentation(revision, plan.Grid.TargetDuration, [.. video], [.. audio])
        {
            Captions = PlannedTracks.CaptionsOf(plan),
            Subtitles =
            [
                .. written.Select(track => track with { Segments = track.Segments[..count] }),
            ],
        };
    }

    /// <summary>Whether a revision may be shown while it grows: nobody is shown another one.</summary>
    public static async Task<bool> MayShowAsync(
        OutputFolder output,
        string revision,
        CancellationToken cancellation
    )
    {
        var shown = await ShownRevisions.ReadAsync(output, cancellation);
        return shown.ByFile.Values.All(revisions => revisions.All(each => each == revision));
    }

    /// <summary>The growing playlists of a revision that viewers are shown before it is complete; empty when they are not, or when it is.</summary>
    /// <returns>Keys, the multivariant playlist's first.</returns>
    public static async Task<ImmutableArray<string>> FindAsync(
        OutputFolder output,
        string revision,
        CancellationToken cancellation
    )
    {
        var master = output.File(MediaPaths.MultivariantPlaylist);
        var text = await output.ReadSmallAsync(master, cancellation);
        if (text is null || !ShownRevisions.In(Encoding.UTF8.GetString(text)).Contains(revision))
        {
            return [];
        }
        // The manifest is only there when all is.
        var manifest = await output.ReadSmallAsync(output.File(MediaPaths.Manifest), cancellation);
        if (
            manifest is not null
            && ShownRevisions.In(Encoding.UTF8.GetString(manifest)).Contains(revision)
        )
        {
            return [];
        }
        var playlists = new List<string>();
        var isGrowing = false;
        await foreach (var found in output.Store.ListAsync(output.Revision(revision), cancellation))
        {
            if (Path.GetExtension(found.Key) == ".m3u8")
            {
                playlists.Add(found.Key);
                isGrowing |=
                    await output.ReadSmallAsync(found.Key, cancellation) is { } playlist
                    && !GrowingTexts.HasEnded(playlist);
            }
        }
        return isGrowing ? [master, .. playlists] : [];
    }

    /// <summary>Takes away what shows a revision that is not complete, so that nobody waits for an end that does not come.</summary>
    /// <returns>Whether there was anything.</returns>
    public static async Task<bool> WithdrawAsync(
        OutputFolder output,
        string revision,
        CancellationToken cancellation
    )
    {
        var keys = await FindAsync(output, revision, cancellation);
        if (keys.IsEmpty)
        {
            return false;
        }
        // Not atomic over several: what viewers open goes first.
        await output.Store.DeleteAsync([keys[0]], cancellation);
        await output.Store.DeleteAsync(keys[1..], cancellation);
        return true;
    }

    /// <summary>The same for a worker that ends badly: what ended it is what must be told, and whoever sweeps or runs next does what it could not.</summary>
    public static async Task TryWithdrawAsync(
        OutputFolder output,
        string revision,
        TimeProvider clock
    )
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20), clock);
        try
        {
            await WithdrawAsync(output, revision, limit.Token);
        }
        catch (Exception trouble) when (trouble is StoreException or OperationCanceledException)
        {
            // The record of the revision's removal stays.
        }
    }
}
