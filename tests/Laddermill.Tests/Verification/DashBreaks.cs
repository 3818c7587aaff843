namespace Laddermill.Tests.Verification;

/// <summary>Ways to break the rules of the manifest.</summary>
internal static class DashBreaks
{
    private const string Mpd = "dash.mpd";

    public static IEnumerable<Break> All { get; } =
    [
        new("dash.xml", "cut short", edit => edit.Files[Mpd] = edit.Files[Mpd][..^20]),
        new(
            "dash.xml",
            "an external entity",
            edit =>
                edit.Replace(
                    Mpd,
                    "<MPD ",
                    "<!DOCTYPE MPD [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><MPD "
                )
        ),
        new(
            "dash.schema",
            "an attribute that there is not",
            edit => edit.Replace(Mpd, "<Period ", "<Period colour=\"red\" ")
        )
        {
            NeedsSchema = true,
        },
        Change(
            "dash.static",
            "an update period",
            "type=\"static\"",
            "type=\"static\" minimumUpdatePeriod=\"PT5S\""
        ),
        Change("dash.static", "no buffer time", "minBufferTime=", "bufferTime="),
        Change("dash.profiles", "on demand", "isoff-live", "isoff-on-demand"),
        Change("dash.durations", "months", "minBufferTime=\"P", "minBufferTime=\"P0Y0M"),
        Change("dash.period", "no duration", "start=\"PT0S\" duration=\"PT14S\"", "start=\"PT0S\""),
        Change(
            "dash.period",
            "another duration than the presentation",
            "start=\"PT0S\" duration=\"PT14S\"",
            "start=\"PT0S\" duration=\"PT13S\""
        ),
        new(
            "dash.presentation-duration",
            "a second too short",
            edit => edit.ReplaceAll(Mpd, "PT14S", "PT13S")
        ),
        Change("dash.ids", "an id twice", "AdaptationSet id=\"1\"", "AdaptationSet id=\"0\""),
        Change(
            "dash.addressing",
            "a list beside the template",
            "audioSamplingRate=\"48000\" />",
            "audioSamplingRate=\"48000\"><SegmentList/></Representation>"
        ),
        Change(
            "dash.template",
            "a width on the id",
            "media=\"mf4k2c7a/$RepresentationID$",
            "media=\"mf4k2c7a/$RepresentationID%02d$"
        ),
        Change("dash.timeline", "S@n", "<S t=\"0\"", "<S n=\"1\" t=\"0\""),
        // A gap in the time line is also a time that is not the segment's.
        Change("dash.timeline", "a gap", "<S d=\"25600\" />", "<S t=\"153700\" d=\"25600\" />") with
        {
            Also = ["dash.timeline-exact"],
        },
        Change("dash.timeline-exact", "a thousand ticks too long", "d=\"288768\"", "d=\"289768\""),
        Change("dash.codecs", "another level", "codecs=\"avc1.4d400c\"", "codecs=\"avc1.640028\""),
        Change("dash.resolution", "another height", "height=\"180\"", "height=\"178\""),
        Change("dash.resolution", "pixels that are not square", "sar=\"1:1\"", "sar=\"4:3\""),
        Change("dash.frame-rate", "another rate", " frameRate=\"25\"", " frameRate=\"24\""),
        Change(
            "dash.dynamic-range",
            "standard range called PQ",
            "<Role",
            "<EssentialProperty schemeIdUri=\"urn:mpeg:mpegB:cicp:TransferCharacteristics\" value=\"16\" /><Role"
        ),
        Change(
            "dash.audio",
            "another rate",
            "audioSamplingRate=\"48000\"",
            "audioSamplingRate=\"44100\""
        ),
        Change(
            "dash.audio",
            "another number of channels",
            "configuration:2011\" value=\"2\"",
            "configuration:2011\" value=\"6\""
        ),
        new("dash.bandwidth", "a tenth of the peak", edit => Bandwidth(edit, 0.1)),
        new("dash.bandwidth", "twice the peak", edit => Bandwidth(edit, 2)),
        new("dash.thumbnails", "no tiles", edit => Thumbnails.AddTo(edit, "")),
        new(
            "dash.thumbnails",
            "images of another size",
            edit => Thumbnails.AddTo(edit, "2x2", width: 318)
        ),
        Change(
            "dash.segment-alignment",
            "not said",
            "segmentAlignment=\"true\"",
            "segmentAlignment=\"false\""
        ),
        Change("dash.mime-type", "unknown", "mimeType=\"video/mp4\"", "mimeType=\"video/x-mp4\""),
        Change("dash.language", "a word", "lang=\"en\"", "lang=\"the language\""),
        Change("dash.language", "none", "lang=\"en\" ", ""),
        Change(
            "dash.roles",
            "an unknown one",
            "role:2011\" value=\"main\"",
            "role:2011\" value=\"hero\""
        ),
        Change("dash.bounds", "a smaller maximum", "maxWidth=\"320\"", "maxWidth=\"318\""),
        Change(
            "dash.bitstream-switching",
            "said",
            "contentType=\"video\"",
            "contentType=\"video\" bitstreamSwitching=\"true\""
        ),
    ];

    private static Break Change(string rule, string how, string old, string with) =>
        new(rule, how, edit => edit.Replace(Mpd, old, with));

    private static void Bandwidth(OutputEdit edit, double factor)
    {
        var text = edit.Text(Mpd);
        var start = text.IndexOf("bandwidth=\"", StringComparison.Ordinal) + 11;
        var value = text[start..text.IndexOf('"', start)];
        edit.Replace(
            Mpd,
            $"bandwidth=\"{value}\"",
            $"bandwidth=\"{(long)(long.Parse(value) * factor)}\""
        );
    }
}
