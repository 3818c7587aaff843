namespace Laddermill.Ladders;

/// <summary>Subtitles of one language and purpose, to be published as WebVTT.</summary>
/// <param name="Name">Folder name, <c>subtitles-eng</c>.</param>
/// <param name="StreamIndex">The source's stream; null when they come from a file.</param>
/// <param name="File">Name of the file beside the source; null when they come from a stream.</param>
/// <param name="Codec">ffmpeg's name of the stream's codec, or the file's format.</param>
/// <param name="Language">BCP 47 tag; null when unknown.</param>
/// <param name="Label">What a player's menu shows.</param>
/// <param name="IsForced">Only what must be understood in any language.</param>
/// <param name="IsHearingImpaired">With sounds and speakers.</param>
/// <param name="Origin">Time of the texts, in seconds, that becomes 0 in what is published.</param>
public sealed record SubtitleRendition(
    string Name,
    int? StreamIndex,
    string? File,
    string Codec,
    string? Language,
    string Label,
    bool IsDefault,
    bool IsForced,
    bool IsHearingImpaired,
    double Origin
)
{
    /// <summary>DASH role (urn:mpeg:dash:role:2011).</summary>
    public string Role =>
        IsForced ? "forced-subtitle"
        : IsHearingImpaired ? "caption"
        : "subtitle";
}
