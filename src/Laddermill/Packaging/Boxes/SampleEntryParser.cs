namespace Laddermill.Packaging.Boxes;

/// <summary>Reads the one sample entry of a track (ISO/IEC 14496-12 §12.1.3 and §12.2.3).</summary>
internal static class SampleEntryParser
{
    private static readonly uint Colr = FourCc.Of("colr");
    private static readonly uint Nclx = FourCc.Of("nclx");

    public static SampleEntry Parse(Box entry, bool isVideo) =>
        isVideo ? ParseVideo(entry) : ParseAudio(entry);

    private static SampleEntry ParseVideo(Box entry)
    {
        var fields = entry.Fields;
        fields.Skip(24);
        var width = fields.UInt16();
        var height = fields.UInt16();
        fields.Skip(50);
        var boxes = new BoxReader(fields.Rest);
        var colour = ReadColour(boxes);
        var kind = FourCc.Text(entry.Type);
        var configuration = Configuration(
            boxes,
            kind switch
            {
                "avc1" or "avc3" => "avcC",
                "hvc1" or "hev1" => "hvcC",
                "av01" => "av1C",
                "vp09" => "vpcC",
                _ => throw Unknown(entry),
            },
            entry
        );
        var (codec, profile, level, isHighTier) = kind switch
        {
            "avc1" or "avc3" => VideoCodecs.Avc(entry.Type, configuration),
            "hvc1" or "hev1" => VideoCodecs.Hevc(entry.Type, configuration),
            "av01" => VideoCodecs.Av1(configuration, colour),
            _ => VideoCodecs.Vp9(configuration),
        };
        return new SampleEntry(kind, codec, profile, level, width, height, 0, 0, colour, isHighTier)
        {
            Configuration = configuration.Rest.ToArray(),
        };
    }

    private static SampleEntry ParseAudio(Box entry)
    {
        var fields = entry.Fields;
        fields.Skip(8);
        var version = fields.UInt16();
        var isDecoded = FourCc.Text(entry.Type) == "fl32";
        if (version != (isDecoded ? 1 : 0))
        {
            throw new MalformedMediaException(
                "A sound sample entry is of QuickTime's own version, which CMAF does not know."
            );
        }
        fields.Skip(6);
        var channels = fields.UInt16();
        fields.Skip(6);
        var rate = (int)(fields.UInt32() >> 16);
        if (isDecoded)
        {
            // Sound that one ffmpeg hands to another: never published, so QuickTime's own form may pass.
            return new SampleEntry("fl32", "fl32", 0, 0, 0, 0, rate, channels, null);
        }
        var boxes = new BoxReader(fields.Rest);
        var audio = FourCc.Text(entry.Type) switch
        {
            "mp4a" => AudioCodecs.Mpeg4(Configuration(boxes, "esds", entry)),
            "ac-3" => AudioCodecs.Ac3(Configuration(boxes, "dac3", entry)),
            "ec-3" => AudioCodecs.EAc3(Configuration(boxes, "dec3", entry)),
            "Opus" => AudioCodecs.Opus(Configuration(boxes, "dOps", entry)),
            "fLaC" => new AudioCodec("fLaC", 0, rate, channels),
            _ => throw Unknown(entry),
        };
        return new SampleEntry(
            FourCc.Text(entry.Type),
            audio.Codec,
            audio.ObjectType,
            0,
            0,
            0,
            audio.SampleRate == 0 ? rate : audio.SampleRate,
            audio.Channels,
            null
        );
    }

    private static FieldReader Configuration(BoxReader boxes, string type, Box entry) =>
        BoxReader.Find(boxes, FourCc.Of(type), entry.Type).Fields;

    private static Cicp? ReadColour(BoxReader boxes)
    {
        while (boxes.Read(out var box))
        {
            if (box.Type != Colr)
            {
                continue;
            }
            var fields = box.Fields;
            if (fields.UInt32() == Nclx)
            {
                return new Cicp(
                    fields.UInt16(),
                    fields.UInt16(),
                    fields.UInt16(),
                    (fields.Byte() & 0x80) != 0
                );
            }
        }
        return null;
    }

    private static MalformedMediaException Unknown(Box entry) =>
        new($"Samples of kind {FourCc.Text(entry.Type)} are of no codec that can be packaged.");
}
