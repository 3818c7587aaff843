namespace Laddermill.Packaging;

/// <summary>
/// The head of a rendition, once for all its segments: what <c>init.mp4</c> holds and what it says. The bytes are not as the encoder wrote them, but
/// made canonical (see <see cref="Boxes.InitSegmentParser"/>), so that ranges of one rendition that were encoded apart give the same bytes.
/// </summary>
/// <param name="IsVideo">True for pictures, false for sound.</param>
/// <param name="Codec">RFC 6381 string, such as <c>avc1.640028</c> or <c>mp4a.40.2</c>.</param>
/// <param name="Timescale">Ticks per second.</param>
/// <param name="Width">Pixels; 0 for audio.</param>
/// <param name="SampleRate">Hz; 0 for video.</param>
/// <param name="Channels">As the codec's own configuration counts them, low frequencies included; 0 for video or when unknown.</param>
/// <param name="Priming">
/// Ticks at the start of the encoder's output that are not to be presented, as its edit list said: 1024 for AAC. The edit list itself is gone.
/// </param>
public sealed record InitSegment(
    ReadOnlyMemory<byte> Bytes,
    uint TrackId,
    bool IsVideo,
    string Codec,
    int Timescale,
    int Width,
    int Height,
    int SampleRate,
    int Channels,
    long Priming,
    SampleDefaults Defaults
)
{
    /// <summary>Payload of the video codec's configuration box (avcC, hvcC …); empty for sound.</summary>
    public ReadOnlyMemory<byte> Configuration { get; init; }
}
