using System.Globalization;
using System.Xml;

namespace Laddermill.Packaging.Dash;

/// <summary>
/// Writes the AdaptationSets of subtitles: one plain WebVTT file each, whose times count from the Period's start (DASH-IF IOP 6.4.5). Every player takes
/// these; text in fragments of MP4 only some.
/// </summary>
internal static class TextSets
{
    private const string Namespace = "urn:mpeg:dash:schema:mpd:2011";
    private const string RoleScheme = "urn:mpeg:dash:role:2011";

    public static void Write(XmlWriter xml, Presentation presentation, SubtitleTrack track, int id)
    {
        xml.WriteStartElement("AdaptationSet", Namespace);
        xml.WriteAttributeString("id", Number(id));
        xml.WriteAttributeString("contentType", "text");
        xml.WriteAttributeString("mimeType", "text/vtt");
        xml.WriteAttributeString("lang", DisplayText.Language(track.Language));
        if (DisplayText.Clean(track.Label) is { Length: > 0 } label)
        {
            xml.WriteElementString("Label", Namespace, label);
        }
        xml.WriteStartElement("Role", Namespace);
        xml.WriteAttributeString("schemeIdUri", RoleScheme);
        xml.WriteAttributeString("value", track.Role);
        xml.WriteEndElement();
        xml.WriteStartElement("Representation", Namespace);
        xml.WriteAttributeString("id", track.Name);
        xml.WriteAttributeString(
            "bandwidth",
            Number(BitRate.Of(track, presentation.TargetDuration).Peak)
        );
        xml.WriteElementString(
            "BaseURL",
            Namespace,
            $"{Uri.EscapeDataString(presentation.Revision)}/{Uri.EscapeDataString(track.Name)}/{MediaPaths.WholeText}"
        );
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
