using System.Globalization;
using System.Xml;

namespace Laddermill.Packaging.Dash;

/// <summary>Writes where the segments lie in time (ISO/IEC 23009-1 §5.3.9.6), and under which names.</summary>
internal static class SegmentTimeline
{
    /// <summary>Whether one template does for both renditions.</summary>
    public static bool AreEqual(Track left, Track right) =>
        left.Timescale == right.Timescale
        && left.Segments.Select(Times).SequenceEqual(right.Segments.Select(Times));

    /// <summary>The SegmentTemplate; a rendition's name is its folder's and its Representation's.</summary>
    public static void WriteTemplate(XmlWriter xml, string revision, Track track)
    {
        var folder = $"{Uri.EscapeDataString(revision)}/$RepresentationID$";
        xml.WriteStartElement("SegmentTemplate");
        Write(xml, "timescale", track.Timescale);
        xml.WriteAttributeString("initialization", $"{folder}/{MediaPaths.Init}");
        xml.WriteAttributeString("media", $"{folder}/$Number%05d$.m4s");
        Write(xml, "startNumber", track.Segments.IsEmpty ? 0 : track.Segments[0].Index);
        xml.WriteStartElement("SegmentTimeline");
        WriteRuns(xml, track);
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    /// <summary>Segments of equal duration become one element with a count of repetitions.</summary>
    private static void WriteRuns(XmlWriter xml, Track track)
    {
        for (var first = 0; first < track.Segments.Length; )
        {
            var (start, duration) = Times(track.Segments[first]);
            var next = first + 1;
            while (
                next < track.Segments.Length
                && Times(track.Segments[next]) == (start + (next - first) * duration, duration)
            )
            {
                next++;
            }
            xml.WriteStartElement("S");
            if (first == 0)
            {
                Write(xml, "t", start);
            }
            Write(xml, "d", duration);
            if (next - first > 1)
            {
                Write(xml, "r", next - first - 1);
            }
            xml.WriteEndElement();
            first = next;
        }
    }

    private static (long Start, long Duration) Times(PackagedSegment segment) =>
        (segment.Start, segment.Duration);

    private static void Write(XmlWriter xml, string name, long value) =>
        xml.WriteAttributeString(name, value.ToString(CultureInfo.InvariantCulture));
}
