namespace Laddermill.Media;

/// <summary>A file of subtitles beside a source, as its name tells: <c>film.en.srt</c> or <c>film.mkv.pt-BR.forced.vtt</c> for <c>film.mkv</c>.</summary>
/// <param name="Name">The file's name, without its folder.</param>
/// <param name="Format"><c>srt</c> or <c>vtt</c>.</param>
/// <param name="Language">BCP 47 tag; null when the name has none.</param>
/// <param name="IsForced">Only what must be understood in any language (<c>forced</c>).</param>
/// <param name="IsHearingImpaired">With sounds and speakers (<c>sdh</c>, <c>cc</c> or <c>hi</c>).</param>
/// <param name="IsDefault">To be shown to whoever chooses nothing (<c>default</c>).</param>
public sealed record SidecarFile(
    string Name,
    string Format,
    string? Language,
    bool IsForced,
    bool IsHearingImpaired,
    bool IsDefault
)
{
    private static readonly string[] Formats = ["srt", "vtt"];

    /// <summary>
    /// Null when the file is none of this source's. Every word between the source's name and the extension must be known: <c>film.part2.srt</c> is somebody
    /// else's.
    /// </summary>
    /// <param name="source">The source's file name.</param>
    /// <param name="file">The other file's name.</param>
    public static SidecarFile? Of(string source, string file)
    {
        var format = Path.GetExtension(file).TrimStart('.').ToLowerInvariant();
        if (!Formats.Contains(format))
        {
            return null;
        }
        var start = new[] { source, Path.GetFileNameWithoutExtension(source) }.FirstOrDefault(
            name => name.Length > 0 && file.StartsWith(name + ".", StringComparison.Ordinal)
        );
        if (start is null)
        {
            return null;
        }
        var words = file[start.Length..^format.Length]
            .Split('.', StringSplitOptions.RemoveEmptyEntries);
        var sidecar = new SidecarFile(file, format, null, false, false, false);
        foreach (var word in words)
        {
            if (With(sidecar, word) is not { } next)
            {
                return null;
            }
            sidecar = next;
        }
        return sidecar;
    }

    private static SidecarFile? With(SidecarFile sidecar, string word) =>
        word.ToLowerInvariant() switch
        {
            "forced" => sidecar with { IsForced = true },
            // "hi" is Hindi, too, when no language was named before.
            "sdh" or "cc" => sidecar with { IsHearingImpaired = true },
            "hi" when sidecar.Language is not null => sidecar with { IsHearingImpaired = true },
            "default" => sidecar with { IsDefault = true },
            "und" when sidecar.Language is null => sidecar,
            _ => sidecar.Language is null
            && Languages.ToBcp47(word) is { } language
            && Languages.Name(language) is not null
                ? sidecar with
                {
                    Language = language,
                }
                : null,
        };
}
