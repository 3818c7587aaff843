using System.Collections.Immutable;
using System.Threading.Channels;
using Laddermill.Ladders;
using Laddermill.Packaging;
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

    /// <summary>Holds the sound back, for whoever shows a film early is in a hurry for pictures.</summary>
    public SoundLead Sound { get; } = new(plan.Audio.Select(rendition => rendition.Name));

    /// <summary>An init segment is stored.</summary>
    public void Begin(string rendition, InitFacts init) => renditions.Begin(rendition, init);

    /// <summary>A segment is stored.</summary>
    public void Add(string rendition, PackagedSegment segment)
    {
        renditions.Add(rendition, segment);
        if (plan.Video is { } video && video.Renditions.Any(each => each.Name == rendition))
        {
            // All renditions of a range go side by side, so that each counts for its part.
            var seconds = (double)segment.Duration / plan.Grid.Timescale;
            Sound.Advance(seconds / video.Renditions.Length);
        }
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
            if (plan.Transport is not null)
            {
                // They are made beside the pictures, once all sound is there.
                Sound.Release();
            }
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
}
