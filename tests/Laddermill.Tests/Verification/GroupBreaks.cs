namespace Laddermill.Tests.Verification;

/// <summary>Ways to break the rules of EXT-X-MEDIA.</summary>
internal static class GroupBreaks
{
    private const string Master = "master.m3u8";
    private const string Variant = "EXT-X-STREAM-INF";
    private const string Media = "EXT-X-MEDIA";

    public static IEnumerable<Break> All { get; } =
    [
        new(
            "hls.media-attributes",
            "forced sound",
            edit => edit.Attribute(Master, Media, "AUTOSELECT", value => $"{value},FORCED=YES")
        ),
        new(
            "hls.media-attributes",
            "a default that is not chosen",
            edit => edit.Attribute(Master, Media, "AUTOSELECT", _ => "NO")
        ),
        new(
            "hls.groups",
            "subtitles that are not there",
            edit =>
                edit.Attribute(Master, Variant, "RESOLUTION", size => $"{size},SUBTITLES=\"subs\"")
        ),
        new(
            "hls.group-names",
            "two of a name",
            edit =>
                edit.Lines(
                    Master,
                    "#EXT-X-MEDIA",
                    line => $"{line}\n{line.Replace("DEFAULT=YES", "DEFAULT=NO")}"
                )
        ),
        new(
            "hls.group-names",
            "two defaults",
            edit =>
                edit.Lines(
                    Master,
                    "#EXT-X-MEDIA",
                    line => $"{line}\n{line.Replace("English", "Other")}"
                )
        ),
        new(
            "hls.group-tracks",
            "a language that is lost with 5.1",
            edit =>
                edit.Lines(
                    Master,
                    "#EXT-X-MEDIA",
                    line => line.Contains("aac-6ch") && line.Contains("\"fr\"") ? null : line
                )
        )
        {
            From = () => Outputs.Cinema,
        },
        new(
            "hls.language",
            "a word",
            edit => edit.Attribute(Master, Media, "LANGUAGE", _ => "\"the language\"")
        ),
        new("hls.language", "none", edit => edit.Replace(Master, "LANGUAGE=\"en\",", "")),
        new(
            "hls.accessibility",
            "a description that is not chosen by itself",
            edit =>
            {
                edit.Attribute(Master, Media, "DEFAULT", _ => "NO");
                edit.Attribute(
                    Master,
                    Media,
                    "AUTOSELECT",
                    _ => "NO,CHARACTERISTICS=\"public.accessibility.describes-video\""
                );
            }
        ),
        new(
            "hls.channels",
            "six that are two",
            edit => edit.Attribute(Master, Media, "CHANNELS", _ => "\"6\"")
        ),
    ];
}
