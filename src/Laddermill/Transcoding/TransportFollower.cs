using System.Collections.Immutable;
using System.Threading.Channels;
using Laddermill.Ladders;

namespace Laddermill.Transcoding;

/// <summary>
/// Makes transport streams of ranges as they are stored, beside the encoding of the next ones, once all sound is stored: it is encoded far faster than the
/// pictures are, and held back only until the film is shown. Ranges that wait are but names.
/// </summary>
internal sealed class TransportFollower(Plan plan, MediaSink sink, PieceNotes notes)
{
    private readonly TransportPackager packager = new(plan, sink);

    /// <param name="stored">Ranges of the video, ending when all are stored.</param>
    public async Task<ImmutableArray<Piece>> MakeAsync(
        ChannelReader<Piece> stored,
        Task<Piece?> audio,
        CancellationToken cancellation
    )
    {
        var sound = await audio;
        var pieces = new List<Piece>();
        if (sound is not null && packager.HasSoundAlone)
        {
            pieces.Add(
                await OnceAsync(
                    "ts-audio",
                    sound,
                    () => packager.MakeSoundAsync(sound, cancellation),
                    cancellation
                )
            );
        }
        await foreach (var range in stored.ReadAllAsync(cancellation))
        {
            pieces.Add(
                await OnceAsync(
                    FormattableString.Invariant($"ts-{range.FirstFrame:00000000}"),
                    range,
                    () => packager.MakeRangeAsync(range, cancellation),
                    cancellation
                )
            );
        }
        return [.. pieces.OrderBy(piece => piece.FirstFrame)];
    }

    private Task<Piece> OnceAsync(
        string name,
        Piece of,
        Func<Task<Piece>> make,
        CancellationToken cancellation
    ) =>
        notes.DoOnceAsync(
            name,
            done => done.FirstFrame == of.FirstFrame && done.Frames == of.Frames,
            done => AdoptAsync(done, cancellation),
            make,
            cancellation
        );

    private async Task<bool> AdoptAsync(Piece piece, CancellationToken cancellation)
    {
        foreach (var rendition in piece.Renditions)
        {
            if (!await sink.AdoptTransportAsync(rendition, cancellation))
            {
                return false;
            }
        }
        return true;
    }
}
