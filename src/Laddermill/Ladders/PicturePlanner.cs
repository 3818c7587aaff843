using Laddermill.Media;

namespace Laddermill.Ladders;

/// <summary>What is done to the source's picture to make it a plain one: upright, of whole frames, 8-bit 4:2:0 BT.709 of limited range.</summary>
internal static class PicturePlanner
{
    /// <exception cref="RejectedException">The colours can only be shown by special decoders.</exception>
    public static PictureProcessing Make(VideoStream stream, List<Decision> decisions)
    {
        RefuseClosedColours(stream.Colour);
        if (stream.Rotation != 0 || stream.IsMirrored)
        {
            decisions.Add(new Decision("rotation", Turned(stream)));
        }
        if (stream.SquaredWidth != stream.Width)
        {
            decisions.Add(
                new Decision(
                    "pixels",
                    $"not square ({stream.SampleAspectRatio}): the picture of {stream.Width}x{stream.Height} is shown, and made, as {stream.SquaredWidth}x{stream.Height}"
                )
            );
        }
        var fields = FieldPlanner.Make(stream, decisions);
        var hasAlpha = PixelFormats.HasAlpha(stream.PixelFormat);
        if (hasAlpha)
        {
            decisions.Add(
                new Decision("transparency", "what shows through the picture is made black")
            );
        }
        var toneMapping = ToneMap(stream, decisions);
        var (matrix, why) = Matrix(stream);
        var isRgb = PixelFormats.IsRgb(stream.PixelFormat);
        var fullRange = !isRgb && stream.Colour.Range == "pc";
        var primaries = toneMapping is null ? WidePrimaries(stream.Colour) : null;
        var isPlain = PixelFormats.IsPlain(stream.PixelFormat) && !hasAlpha;
        var changes = new List<string>();
        if (toneMapping is null)
        {
            if (isRgb)
            {
                changes.Add("red, green and blue");
            }
            else if (matrix != "bt709")
            {
                changes.Add($"colour matrix {matrix} ({why})");
            }
            if (primaries is not null)
            {
                changes.Add($"wide gamut {primaries}");
            }
        }
        if (fullRange)
        {
            changes.Add("full range");
        }
        if (!isPlain && !isRgb && stream.PixelFormat is { } format)
        {
            changes.Add($"samples {format}");
        }
        if (changes.Count > 0 && toneMapping is null)
        {
            decisions.Add(
                new Decision(
                    "colour",
                    $"{string.Join(", ", changes)}: converted to BT.709 of limited range, 8-bit 4:2:0, and tagged so"
                )
            );
        }
        else if (toneMapping is null && stream.Colour.Matrix is null)
        {
            decisions.Add(new Decision("colour", $"taken as BT.709: {why}"));
        }
        return new PictureProcessing(fields, toneMapping, matrix, fullRange)
        {
            WidePrimaries = primaries,
            HasAlpha = hasAlpha,
            IsConverted = matrix != "bt709" || fullRange || !isPlain,
        };
    }

    /// <summary>Dolby Vision whose base layer is coded in a colour space of its own: other decoders show it green and purple.</summary>
    private static void RefuseClosedColours(ColourDescription colour)
    {
        if (
            colour.DolbyVisionProfile is 5
            || colour
                is { DolbyVisionProfile: not (null or 4 or 7), DolbyVisionCompatibility: 0 or null }
        )
        {
            throw new RejectedException(
                RejectionCode.UnsupportedDolbyVision,
                $"The video is Dolby Vision profile {colour.DolbyVisionProfile}, whose colours no other decoder can show; export it as profile 8 or as HDR10."
            );
        }
    }

    private static string Turned(VideoStream stream)
    {
        var turn =
            stream.Rotation == 0
                ? null
                : $"turned by {stream.Rotation} degrees clockwise to be upright";
        var mirror = stream.IsMirrored ? "mirrored, as the file asks" : null;
        return string.Join(", ", new[] { turn, mirror }.OfType<string>());
    }

    private static ToneMapping? ToneMap(VideoStream stream, List<Decision> decisions)
    {
        var colour = stream.Colour;
        var (transfer, name) = colour switch
        {
            { Transfer: "smpte2084" } => ("smpte2084", "HDR10"),
            { Transfer: "arib-std-b67" } => ("arib-std-b67", "HLG"),
            { Transfer: null, Hdr: "hdr10+" } => ("smpte2084", "HDR10, by its metadata"),
            { Transfer: null, DolbyVisionCompatibility: 1 } => ("smpte2084", "HDR10"),
            { Transfer: null, DolbyVisionCompatibility: 4 } => ("arib-std-b67", "HLG"),
            _ => (null, null),
        };
        if (transfer is null)
        {
            return null;
        }
        var toneMapping = new ToneMapping(transfer, Peak(transfer, colour));
        var layer = colour.DolbyVisionProfile is { } profile
            ? $"the base layer of Dolby Vision profile {profile}, "
            : "";
        decisions.Add(
            new Decision(
                "colour",
                $"{layer}high dynamic range ({name}) is tone-mapped to standard range, BT.709: darker tones stay as they are, what is brighter than white is pressed together up to {toneMapping.Peak} cd/m²"
            )
        );
        return toneMapping;
    }

    /// <summary>
    /// The content's own brightest light, else its display's, else that of most masters. HLG is graded for a display of 1000 cd/m² (BT.2100). One
    /// value for the film: a peak that follows each frame's metadata would flicker, and differ from range to range.
    /// </summary>
    private static int Peak(string transfer, ColourDescription colour)
    {
        const int Usual = 1000;
        if (transfer == "arib-std-b67")
        {
            return Usual;
        }
        var peak =
            colour.ContentLightLevel is { MaxContent: >= 100 and <= 10_000 } level
                ? level.MaxContent
            : colour.MasteringDisplay is { MaxLuminance: >= 100 and <= 10_000 } display
                ? (int)display.MaxLuminance
            : Usual;
        return Math.Clamp(peak, 400, 4000);
    }

    /// <summary>
    /// Gamuts so much wider than BT.709's that showing their numbers as they are looks washed out. Those of BT.601 (SMPTE C, EBU) differ by less than anyone
    /// sees; they are taken as BT.709's, as players do.
    /// </summary>
    private static string? WidePrimaries(ColourDescription colour) =>
        colour.Primaries switch
        {
            "bt2020" => "2020",
            "smpte432" => "smpte432",
            "smpte431" => "smpte431",
            _ => null,
        };

    /// <summary>Untagged sources are taken as players take them: high definition as BT.709, the rest as BT.601.</summary>
    private static (string Matrix, string Why) Matrix(VideoStream stream) =>
        stream.Colour.Matrix switch
        {
            _ when PixelFormats.IsRgb(stream.PixelFormat) => (
                "bt709",
                "red, green and blue have no matrix"
            ),
            "bt709" => ("bt709", "as tagged"),
            "smpte170m" or "bt470bg" or "fcc" => ("bt601", "as tagged"),
            "smpte240m" => ("smpte240m", "as tagged"),
            "bt2020nc" or "bt2020c" => ("bt2020", "as tagged"),
            _ when stream.Height >= 720 || stream.Width >= 1280 => (
                "bt709",
                "no tag says how its colours are coded, and it is of high definition"
            ),
            _ => ("bt601", "no tag says so, but its size does: it is not of high definition"),
        };
}
