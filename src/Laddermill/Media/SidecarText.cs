namespace Laddermill.Media;

/// <summary>A file of subtitles beside a source, of whatever store, and how to read it.</summary>
/// <param name="Version">Equal for equal content.</param>
/// <param name="OpenAsync">The version that was found, from its start; null when it is gone or cannot be read.</param>
public sealed record SidecarText(
    SidecarFile File,
    string Version,
    Func<CancellationToken, Task<Stream?>> OpenAsync
);
