using System.Text;
using Laddermill.Jobs;
using Laddermill.Packaging;
using Laddermill.Storage;

namespace Laddermill.Transcoding;

/// <summary>
/// The keys of one output, and how each kind of object is stored: media under a revision never changes and may be cached for a year,
/// whatever points to it is asked for anew each time.
/// </summary>
/// <param name="Prefix">The destination's root inside the store: empty, or ending with <c>/</c>.</param>
/// <param name="Name">The object's folder under the root, such as <c>movies/sintel.mp4</c>.</param>
public sealed record OutputFolder(IObjectStore Store, string Prefix, string Name)
{
    private const string Immutable = "public, max-age=31536000, immutable";
    private const string Fresh = "no-cache";

    public static PutOptions Media { get; } = new("video/mp4", Immutable);

    public static PutOptions AudioMedia { get; } = new("audio/mp4", Immutable);

    public static PutOptions TransportMedia { get; } = new("video/mp2t", Immutable);

    public static PutOptions Text { get; } = new("text/vtt", Immutable);

    public static PutOptions Playlist { get; } = new("application/vnd.apple.mpegurl", Fresh);

    public static PutOptions Manifest { get; } = new("application/dash+xml", Fresh);

    public static PutOptions Json { get; } = new("application/json", Fresh);

    public static PutOptions Png { get; } = new("image/png", Fresh);

    /// <summary>UTF-8 bytes of the longest key that any job makes: the note of a piece, or a file of a rendition with a long name.</summary>
    public int LongestKey =>
        Encoding.UTF8.GetByteCount($"{Prefix}{Name}")
        + "/revision/".Length
        + LongestRendition
        + "/playlist.m3u8".Length;

    private const int LongestRendition = 64;

    /// <param name="path">Relative to the folder, such as <c>master.m3u8</c>.</param>
    public string File(string path) => $"{Prefix}{Name}/{path}";

    public string JobReport => File("job.json");

    public string Thumbnail => $"{Prefix}thumbnails/{Name}_thumb.png";

    public string Outcome(string jobId) => Prefix + JobOutcome.KeyOf(jobId);

    public string Revision(string revision) => $"{Prefix}{Name}/{revision}/";

    public string Init(string revision, string rendition) =>
        $"{Revision(revision)}{rendition}/{MediaPaths.Init}";

    public string Segment(string revision, string rendition, int index) =>
        $"{Revision(revision)}{rendition}/{MediaPaths.Segment(index)}";

    public string TransportSegment(string revision, string rendition, int index) =>
        $"{Revision(revision)}{rendition}/{MediaPaths.TransportSegment(index)}";

    /// <summary>What is known of a finished piece of work: a range of the video (by its index) or the audio.</summary>
    public string Piece(string jobId, string revision, string piece) =>
        $"{Pieces(jobId, revision)}{piece}.json";

    /// <summary>Where the notes of one revision's finished pieces lie.</summary>
    public string Pieces(string jobId, string revision) =>
        $"{Prefix}{JobOutcome.StatePrefix}pieces/{jobId}/{revision}/";

    /// <summary>When a revision is to be removed.</summary>
    public string DeleteAfter(string revision) => Prefix + Jobs.DeleteAfter.KeyOf(revision);

    /// <summary>Removes all objects whose keys begin so.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> DeleteUnderAsync(string prefix, CancellationToken cancellation)
    {
        var keys = new List<string>();
        await foreach (var found in Store.ListAsync(prefix, cancellation))
        {
            keys.Add(found.Key);
        }
        if (keys.Count > 0)
        {
            await Store.DeleteAsync(keys, cancellation);
        }
        return keys.Count;
    }
}
