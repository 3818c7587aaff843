using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Laddermill.Packaging;

namespace Laddermill.Transcoding;

/// <summary>
/// A finished piece of a job, a range of the video or the audio: what of it lies in the destination already. Stored when the last of its segments is,
/// so that a job that is started again goes on from there, and several workers may share one job.
/// </summary>
/// <param name="FirstFrame">First frame of the range; 0 for audio.</param>
/// <param name="Frames">Frames of the range; for audio, of the whole film (it is cut to the picture's length).</param>
public sealed record Piece(long FirstFrame, long Frames, ImmutableArray<PieceRendition> Renditions)
{
    /// <summary>Frames of the source that were decoded for it, each counted in one range only; 0 for audio.</summary>
    public long Decoded { get; init; }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, PieceJson.Default.Piece);

    public bool IsSameAs(Piece other) => ToJson().AsSpan().SequenceEqual(other.ToJson());

    /// <summary>Null when the bytes are not a piece: it is then simply made again.</summary>
    public static Piece? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, PieceJson.Default.Piece);
        }
        catch (JsonException)
        {
            // Unreadable notes of an earlier attempt are no obstacle: the same segments are made again.
            return null;
        }
    }
}

/// <summary>One rendition's part of a piece.</summary>
/// <param name="Init">For a transport stream, which has none: that of the CMAF rendition whose times it has.</param>
public sealed record PieceRendition(
    string Name,
    InitFacts Init,
    ImmutableArray<PackagedSegment> Segments
)
{
    /// <summary>Of sound that was measured.</summary>
    public Loudness? Loudness { get; init; }

    /// <summary>Of sound: seconds that came from the source; the rest is silence that fills the film. Null for pictures.</summary>
    public double? HeardSeconds { get; init; }
}

/// <summary>What playlists say about an init segment, and the hash by which pieces prove that they share it.</summary>
public sealed record InitFacts(string Sha256, int Bytes, string Codec, int Timescale)
{
    public static InitFacts Of(InitSegment init) =>
        new(Sha256Of(init.Bytes.Span), init.Bytes.Length, init.Codec, init.Timescale);

    public static string Sha256Of(ReadOnlySpan<byte> bytes) =>
        Convert.ToHexStringLower(SHA256.HashData(bytes));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Piece))]
internal sealed partial class PieceJson : JsonSerializerContext;
