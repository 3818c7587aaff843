namespace Laddermill.Tests.Verification;

/// <summary>Ways to break the rules of subtitles.</summary>
internal static class TextBreaks
{
    private const string Folder = "mf4k2c7a/subtitles-eng/";
    private const string First = Folder + "00000.vtt";
    private const string Second = Folder + "00001.vtt";
    private const string Whole = Folder + "subtitles.vtt";
    private const string Playlist = Folder + "playlist.m3u8";

    public static IEnumerable<Break> All { get; } =
    [
        Of("text.webvtt", "no signature", edit => edit.Replace(First, "WEBVTT\n", "SUBTITLES\n")),
        Of("text.webvtt", "a bare sign", edit => Everywhere(edit, "three", "thr & ee")),
        Of(
            "text.webvtt",
            "a comma in a time",
            edit => edit.Replace(Whole, "00:00:09.000 -->", "00:00:09,000 -->")
        ) with
        {
            Also = ["text.same-text"],
        },
        Of(
            "text.webvtt",
            "an end before its start",
            edit => Everywhere(edit, "00:00:10.000", "00:00:09.000")
        ),
        Of(
            "text.webvtt",
            "not in order",
            edit =>
                edit.Replace(Whole, "WEBVTT\n", "WEBVTT\n\n00:00:09.000 --> 00:00:10.000\nthree\n")
        ),
        Of("text.timestamp-map", "none", edit => edit.Lines(Second, "X-TIMESTAMP-MAP", _ => null)),
        Of(
            "text.timestamp-map",
            "ten seconds late",
            edit => edit.Replace(Second, "MPEGTS:0", "MPEGTS:900000")
        ),
        Of(
            "text.cues",
            "a cue that is not repeated",
            edit => edit.Replace(Second, "\n2\n00:00:05.000 --> 00:00:07.000 line:0\ntwo\n", "")
        ),
        Of(
            "text.cues",
            "a cue of another segment",
            edit =>
                edit.Replace(
                    First,
                    "LOCAL:00:00:00.000\n",
                    "LOCAL:00:00:00.000\n\n00:00:09.000 --> 00:00:10.000\nthree\n"
                )
        ) with
        {
            Also = ["text.webvtt"],
        },
        Of(
            "text.duration",
            "the last segment is not named",
            edit =>
            {
                edit.Lines(Playlist, "00002.vtt", _ => null);
                edit.Lines(Playlist, "#EXTINF:2.0", _ => null);
            }
        ),
        Of("text.same-text", "another word", edit => edit.Replace(Whole, "three", "four")),
        Of(
            "text.same-text",
            "HLS alone",
            edit => edit.Replace(Whole, "\n3\n00:00:09.000 --> 00:00:10.000\nthree\n", "")
        ),
        Of(
            "dash.text",
            "sound's role",
            edit => edit.Replace("dash.mpd", "value=\"caption\"", "value=\"dub\"")
        ),
        Of(
            "dash.text",
            "two files",
            edit => edit.Replace("dash.mpd", "<BaseURL>", $"<BaseURL>{First}</BaseURL><BaseURL>")
        ) with
        {
            Also = ["text.same-text"],
        },
        Of(
            "output.paths",
            "text on another server",
            edit => edit.Replace("dash.mpd", "<BaseURL>", "<BaseURL>https://cdn.example/")
        ) with
        {
            Also = ["text.same-text"],
        },
    ];

    private static Break Of(string rule, string how, Action<OutputEdit> apply) =>
        new(rule, how, apply) { From = () => Outputs.Subtitled };

    private static void Everywhere(OutputEdit edit, string old, string with)
    {
        edit.Replace(Second, old, with);
        edit.Replace(Whole, old, with);
    }
}
