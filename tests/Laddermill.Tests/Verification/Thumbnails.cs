namespace Laddermill.Tests.Verification;

/// <summary>Adds a sheet of thumbnails to an output, as a later writer may.</summary>
internal static class Thumbnails
{
    /// <param name="tiles">Columns x rows.</param>
    /// <param name="width">As the manifest says it; the image has 320.</param>
    public static void AddTo(OutputEdit edit, string tiles, int width = 320)
    {
        edit.Files["mf4k2c7a/storyboard/1.jpg"] = Jpeg;
        edit.Replace(
            "dash.mpd",
            "</Period>",
            $"""
              <AdaptationSet id="9" contentType="image" mimeType="image/jpeg">
                <SegmentTemplate timescale="1" duration="14" startNumber="1" media="mf4k2c7a/$RepresentationID$/$Number$.jpg" />
                <Representation id="storyboard" bandwidth="1000" width="{width}" height="180">
                  <EssentialProperty schemeIdUri="http://dashif.org/guidelines/thumbnail_tile" value="{tiles}" />
                </Representation>
              </AdaptationSet>
            </Period>
            """
        );
    }

    /// <summary>Start of image, a comment, and the frame header of 320x180: all that tells the size.</summary>
    private static readonly byte[] Jpeg =
    [
        .. new byte[] { 0xFF, 0xD8, 0xFF, 0xFE, 0, 4, 0x61, 0x62 },
        .. new byte[] { 0xFF, 0xC0, 0, 11, 8, 0, 180, 1, 64, 1, 1, 0x11, 0, 0xFF, 0xD9 },
    ];
}
