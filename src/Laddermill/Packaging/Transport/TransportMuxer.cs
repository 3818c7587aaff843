using Laddermill.Packaging.Boxes;

namespace Laddermill.Packaging.Transport;

/// <summary>
/// Makes segments of an MPEG-2 transport stream (ISO/IEC 13818-1) of fragments that were packaged already, without encoding anything: H.264 with AAC inside, for players that
/// know no fragmented MP4. A segment depends on nothing but its own fragments, so that segments may be made in any order, by anyone, and are
/// the same bytes each time; yet they follow each other without a break in times or counters.
/// </summary>
public sealed class TransportMuxer
{
    private readonly string rendition;
    private readonly InitSegment? video;
    private readonly InitSegment? audio;
    private readonly AvcConfiguration? pictures;
    private readonly AdtsForm? sound;
    private readonly int reorderFrames;

    /// <param name="rendition">Name for messages, such as <c>ts-video-1080p</c>.</param>
    /// <param name="video">Init segment of the pictures; null for sound alone.</param>
    /// <param name="audio">Init segment of the sound; null for pictures alone.</param>
    /// <param name="reorderFrames">By how many frames the pictures are decoded beyond their turn; null: as they say themselves.</param>
    /// <exception cref="MalformedMediaException">
    /// The pictures are not H.264, nobody says how far they are reordered, or the sound is not AAC-LC.
    /// </exception>
    public TransportMuxer(
        string rendition,
        InitSegment? video,
        InitSegment? audio,
        int? reorderFrames = null
    )
    {
        if (video is null && audio is null)
        {
            throw new ArgumentException("A transport stream needs pictures or sound.");
        }
        (this.rendition, this.video, this.audio) = (rendition, video, audio);
        pictures = video is null ? null : AvcConfiguration.Read(video);
        this.reorderFrames = reorderFrames ?? (pictures is null ? 0 : ReorderFramesOf(pictures));
        sound = audio is null ? null : AdtsHeader.FormOf(audio);
    }

    /// <summary>By how many frames pictures are decoded beyond their turn, as they say themselves.</summary>
    /// <exception cref="MalformedMediaException">They do not.</exception>
    public static int ReorderFramesOf(InitSegment video) =>
        ReorderFramesOf(AvcConfiguration.Read(video));

    private static int ReorderFramesOf(AvcConfiguration pictures) =>
        pictures.ReorderFrames
        ?? throw new MalformedMediaException(
            "The pictures' sequence parameter set does not say how far they are reordered (max_num_reorder_frames)."
        );

    /// <summary>
    /// One segment. It has the fragments' bytes, so that the caller may dispose them. Its facts are in ticks of the pictures' timescale, or of the sound's where there are
    /// no pictures.
    /// </summary>
    /// <param name="index">Its place in the film, from 0.</param>
    /// <param name="pictureFragments">All fragments of the same segment of the video rendition.</param>
    /// <param name="soundFragments">All fragments of the same segment of the audio rendition; a sliver of a segment may have none.</param>
    /// <exception cref="OffGridException">A frame is shown earlier than it could be decoded.</exception>
    /// <exception cref="MalformedMediaException">A frame's bytes are no H.264.</exception>
    public MediaSegment Mux(
        int index,
        IReadOnlyList<Fragment> pictureFragments,
        IReadOnlyList<Fragment> soundFragments
    )
    {
        var main = video is null ? soundFragments : pictureFragments;
        ArgumentOutOfRangeException.ThrowIfZero(main.Count);
        var frames = video is null
            ? []
            : Picture.Of(rendition, pictureFragments, video.Timescale, reorderFrames).ToList();
        var sounds = audio is null ? [] : Sound.Of(soundFragments, audio.Timescale).ToList();

        var size = pictureFragments.Concat(soundFragments).Sum(each => each.Bytes.Length);
        var bytes = new PooledBytes(size + size / 16 + 16384);
        try
        {
            var writer = new SegmentWriter(
                bytes,
                pictures,
                sound,
                video is null ? sounds.Count : frames.Count,
                End(main[^1], frames)
            );
            Write(writer, frames, sounds);
            var duration = main[^1].End - main[0].Start;
            return new MediaSegment(
                new PackagedSegment(index, main[0].Start, duration, bytes.Length, writer.KeyFrames),
                bytes
            );
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    /// <summary>By the time at which they have to arrive; a segment begins with its first picture.</summary>
    private static void Write(SegmentWriter writer, List<Picture> frames, List<Sound> sounds)
    {
        var next = 0;
        for (var index = 0; index < frames.Count; index++)
        {
            while (index > 0 && next < sounds.Count && sounds[next].Sent < frames[index].Sent)
            {
                WriteSound();
            }
            writer.Write(frames[index], index == frames.Count - 1);
        }
        while (next < sounds.Count)
        {
            WriteSound();
        }
        writer.Complete();

        void WriteSound()
        {
            var sound = sounds[next++];
            writer.Write(sound, next == sounds.Count);
        }
    }

    /// <summary>When the segment behind this one begins to arrive.</summary>
    private long End(Fragment last, List<Picture> frames)
    {
        var delay = frames.Count == 0 ? 0 : reorderFrames * frames[^1].Sample.Duration;
        return TransportClock.At(last.End - delay, (video ?? audio)!.Timescale)
            - TransportClock.Lead;
    }
}
