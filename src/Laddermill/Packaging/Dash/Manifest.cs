using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Xml;
using Laddermill.Media;

namespace Laddermill.Packaging.Dash;

/// <summary>
/// Writes the MPD of a finished presentation: static, one Period, explicit addressing (SegmentTemplate with SegmentTimeline), as DASH-IF's timing model
/// asks of media that is made beforehand (§22).
/// </summary>
public static class Manifest
{
    private const string Namespace = "urn:mpeg:dash:schema:mpd:2011";
    private const string LiveProfile = "urn:mpeg:dash:profile:isoff-live:2011";
    private const string RoleScheme = "urn:mpeg:dash:role:2011";
    private const string ChannelScheme = "urn:mpeg:dash:23003:3:audio_channel_configuration:2011";

    private const string TransferScheme = "urn:mpeg:mpegB:cicp:TransferCharacteristics";

    private const string CaptionScheme = "urn:scte:dash:cc:cea-608:2015";

    // What ISO/IEC 23009-1 Table 22 and its like name for role:2011; other roles of a track are for HLS alone.
    private static readonly ImmutableArray<string> KnownRoles =
    [
        "main",
        "alternate",
        "supplementary",
        "commentary",
        "dub",
        "description",
        "emergency",
        "enhanced-audio-intelligibility",
    ];

    /// <summary>Paths are relative to the folder that holds the revision's.</summary>
    public static string Write(Presentation presentation)
    {
        using var bytes = new MemoryStream();
        var settings = new XmlWriterSettings
        {
            Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            Indent = true,
            NewLineChars = "\n",
        };
        using (var xml = XmlWriter.Create(bytes, settings))
        {
            WritePresentation(xml, presentation);
        }
        return Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)) + "\n";
    }

    private static void WritePresentation(XmlWriter xml, Presentation presentation)
    {
        var duration = Duration(presentation);
        xml.WriteStartElement("MPD", Namespace);
        xml.WriteAttributeString("profiles", LiveProfile);
        xml.WriteAttributeString("type", "static");
        xml.WriteAttributeString("mediaPresentationDuration", duration);
        xml.WriteAttributeString(
            "minBufferTime",
            Seconds(BufferTime.Of(presentation.Video, presentation.TargetDuration))
        );
        xml.WriteStartElement("Period");
        xml.WriteAttributeString("id", "0");
        xml.WriteAttributeString("start", "PT0S");
        xml.WriteAttributeString("duration", duration);
        var id = 0;
        // A switching set has one kind of sample entry (ISO/IEC 23000-19 §7.3.4.1).
        var sets = presentation.Video.GroupBy(video => video.Codec.Split('.')[0]);
        foreach (var set in sets.OrderByDescending(set => set.All(video => video.IsCommon)))
        {
            WriteVideo(xml, presentation, [.. set], id++);
        }
        foreach (var audio in presentation.Audio)
        {
            WriteAudio(xml, presentation, audio, id++);
        }
        foreach (var text in presentation.Subtitles)
        {
            TextSets.Write(xml, presentation, text, id++);
        }
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void WriteVideo(
        XmlWriter xml,
        Presentation presentation,
        ImmutableArray<VideoTrack> tracks,
        int id
    )
    {
        var largest = tracks.MaxBy(track => (long)track.Width * track.Height)!;
        var shape = new Rational(largest.Width, largest.Height);
        StartSet(xml, id, "video", null);
        xml.WriteAttributeString("par", $"{shape.Numerator}:{shape.Denominator}");
        xml.WriteAttributeString("maxWidth", Number(tracks.Max(track => track.Width)));
        xml.WriteAttributeString("maxHeight", Number(tracks.Max(track => track.Height)));
        xml.WriteAttributeString("maxFrameRate", $"{tracks.Max(track => track.FrameRate)}");
        if (largest.HighRange is { } range)
        {
            // Essential: who cannot show it leaves the set (ISO/IEC 23091-2: 16 is PQ, 18 is HLG).
            WriteDescriptor(xml, "EssentialProperty", TransferScheme, range == "PQ" ? "16" : "18");
        }
        if (presentation.Captions is { } captions)
        {
            // SCTE 214-1 §7.2.3: the channel and its language as ISO 639-2 has it.
            var language = Languages.ToIso639(captions.Language);
            WriteDescriptor(xml, "Accessibility", CaptionScheme, $"{captions.Channel}={language}");
        }
        WriteDescriptor(xml, "Role", RoleScheme, "main");
        var isShared = tracks.All(track => SegmentTimeline.AreEqual(track, tracks[0]));
        if (isShared)
        {
            SegmentTimeline.WriteTemplate(xml, presentation.Revision, tracks[0]);
        }
        foreach (var track in tracks)
        {
            StartRepresentation(xml, presentation, track);
            xml.WriteAttributeString("width", Number(track.Width));
            xml.WriteAttributeString("height", Number(track.Height));
            xml.WriteAttributeString("sar", "1:1");
            xml.WriteAttributeString("frameRate", $"{track.FrameRate}");
            if (!isShared)
            {
                SegmentTimeline.WriteTemplate(xml, presentation.Revision, track);
            }
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
    }

    private static void WriteAudio(
        XmlWriter xml,
        Presentation presentation,
        AudioTrack track,
        int id
    )
    {
        StartSet(xml, id, "audio", DisplayText.Language(track.Language));
        if (ChannelConfiguration(track.Channels) is { } configuration)
        {
            WriteDescriptor(xml, "AudioChannelConfiguration", ChannelScheme, configuration);
        }
        if (DisplayText.Clean(track.Label) is { Length: > 0 } label)
        {
            xml.WriteElementString("Label", Namespace, label);
        }
        if (track.Roles.Contains("description"))
        {
            WriteDescriptor(xml, "Accessibility", RoleScheme, "description");
        }
        foreach (var role in RolesOf(track))
        {
            WriteDescriptor(xml, "Role", RoleScheme, role);
        }
        SegmentTimeline.WriteTemplate(xml, presentation.Revision, track);
        StartRepresentation(xml, presentation, track);
        xml.WriteAttributeString("audioSamplingRate", Number(track.SampleRate));
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    /// <summary>Every audio set has a role, so that a player can tell them apart.</summary>
    private static IEnumerable<string> RolesOf(AudioTrack track) =>
        track.Roles.Intersect(KnownRoles).DefaultIfEmpty(track.IsDefault ? "main" : "alternate");

    private static void StartSet(XmlWriter xml, int id, string kind, string? language)
    {
        xml.WriteStartElement("AdaptationSet", Namespace);
        xml.WriteAttributeString("id", Number(id));
        xml.WriteAttributeString("contentType", kind);
        xml.WriteAttributeString("mimeType", $"{kind}/mp4");
        if (language is not null)
        {
            xml.WriteAttributeString("lang", language);
        }
        xml.WriteAttributeString("segmentAlignment", "true");
        xml.WriteAttributeString("startWithSAP", "1");
    }

    private static void StartRepresentation(XmlWriter xml, Presentation presentation, Track track)
    {
        xml.WriteStartElement("Representation", Namespace);
        xml.WriteAttributeString("id", track.Name);
        xml.WriteAttributeString(
            "bandwidth",
            Number(BitRate.Of(track, presentation.TargetDuration).Peak)
        );
        xml.WriteAttributeString("codecs", track.Codec);
    }

    private static void WriteDescriptor(XmlWriter xml, string element, string scheme, string value)
    {
        xml.WriteStartElement(element, Namespace);
        xml.WriteAttributeString("schemeIdUri", scheme);
        xml.WriteAttributeString("value", value);
        xml.WriteEndElement();
    }

    /// <summary>ISO/IEC 23091-3 ChannelConfiguration of the layouts that ffmpeg's encoders write; null for others.</summary>
    private static string? ChannelConfiguration(int channels) =>
        channels switch
        {
            >= 1 and <= 6 => Number(channels),
            8 => "12",
            _ => null,
        };

    /// <summary>
    /// The pictures' duration, which audio outlasts by less than one of its packets; audio's own without pictures.
    /// </summary>
    private static string Duration(Presentation presentation)
    {
        var tracks = presentation.Video.IsEmpty
            ? presentation.Audio.Cast<Track>()
            : presentation.Video;
        return Seconds(
            tracks
                .Select(track => new Rational(track.End, track.Timescale))
                .DefaultIfEmpty(Rational.Zero)
                .Max()
        );
    }

    /// <summary>xs:duration in seconds, to the microsecond, never longer than the media.</summary>
    private static string Seconds(Rational seconds)
    {
        var microseconds = (Int128)seconds.Numerator * 1_000_000 / seconds.Denominator;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"PT{(decimal)microseconds / 1_000_000:0.######}S"
        );
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
