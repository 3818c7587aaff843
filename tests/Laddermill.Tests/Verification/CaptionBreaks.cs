namespace Laddermill.Tests.Verification;

/// <summary>Ways to break the rules of captions inside the pictures.</summary>
internal static class CaptionBreaks
{
    private const string Master = "master.m3u8";

    public static IEnumerable<Break> All { get; } =
    [
        new(
            "hls.captions",
            "declared, and not there",
            edit =>
            {
                edit.ReplaceAll(Master, "CLOSED-CAPTIONS=NONE", "CLOSED-CAPTIONS=\"cc\"");
                edit.Replace(
                    Master,
                    "#EXT-X-STREAM-INF",
                    "#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID=\"cc\",LANGUAGE=\"en\",NAME=\"English\",INSTREAM-ID=\"CC1\"\n#EXT-X-STREAM-INF"
                );
            }
        ),
        new(
            "dash.captions",
            "declared, and not there",
            edit =>
                edit.Replace(
                    "dash.mpd",
                    "<Role ",
                    "<Accessibility schemeIdUri=\"urn:scte:dash:cc:cea-608:2015\" value=\"CC1=eng\" />\n<Role "
                )
        ),
    ];
}
