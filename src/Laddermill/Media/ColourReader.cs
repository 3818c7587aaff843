using System.Text.Json;

namespace Laddermill.Media;

/// <summary>Colour and high dynamic range, from a stream of ffprobe's JSON or from its first frames.</summary>
internal static class ColourReader
{
    private const string DolbyVisionRecord = "DOVI configuration record";
    private const string Mastering = "Mastering display metadata";
    private const string LightLevel = "Content light level metadata";

    // The name goes on with "SMPTE2094-40 (HDR10+)".
    private const string DynamicMetadata = "HDR Dynamic Metadata";

    public static ColourDescription Read(JsonElement stream)
    {
        var sideData = stream.Items("side_data_list").ToList();
        var dolbyVision = Find(sideData, DolbyVisionRecord);
        var transfer = stream.Word("color_transfer");
        var colour = new ColourDescription(
            stream.Word("color_range"),
            stream.Word("color_primaries"),
            transfer,
            stream.Word("color_space"),
            transfer switch
            {
                _ when dolbyVision is not null => "dolby-vision",
                "smpte2084" => "hdr10",
                "arib-std-b67" => "hlg",
                _ => null,
            },
            (int?)dolbyVision?.Long("dv_profile"),
            (int?)dolbyVision?.Long("dv_bl_signal_compatibility_id"),
            null,
            null
        );
        return AddSideData(colour, sideData);
    }

    /// <summary>What the container did not tell, from the side data of a frame or a stream.</summary>
    public static ColourDescription AddSideData(
        ColourDescription colour,
        IReadOnlyList<JsonElement> sideData
    )
    {
        var isDynamic = sideData.Any(data =>
            data.Text("side_data_type")?.StartsWith(DynamicMetadata, StringComparison.Ordinal)
            == true
        );
        return colour with
        {
            // Dynamic metadata exists for the PQ curve alone, so it says what an untagged stream is.
            Hdr =
                isDynamic && (colour is { Hdr: "hdr10" } or { Hdr: null, Transfer: null })
                    ? "hdr10+"
                    : colour.Hdr,
            MasteringDisplay = colour.MasteringDisplay ?? ReadMastering(Find(sideData, Mastering)),
            ContentLightLevel =
                colour.ContentLightLevel ?? ReadLightLevel(Find(sideData, LightLevel)),
        };
    }

    private static JsonElement? Find(IEnumerable<JsonElement> sideData, string type)
    {
        var found = sideData.FirstOrDefault(data => data.Text("side_data_type") == type);
        return found.ValueKind == JsonValueKind.Object ? found : null;
    }

    /// <summary>Null unless complete: half of it helps no encoder.</summary>
    private static MasteringDisplay? ReadMastering(JsonElement? data)
    {
        var values = new List<double>();
        foreach (
            var name in (string[])
                [
                    "red_x",
                    "red_y",
                    "green_x",
                    "green_y",
                    "blue_x",
                    "blue_y",
                    "white_point_x",
                    "white_point_y",
                    "min_luminance",
                    "max_luminance",
                ]
        )
        {
            if (data is not { } present || Rational.Parse(present.Text(name)) is not { } value)
            {
                return null;
            }
            values.Add(value.ToDouble());
        }
        return
            values
                is [
                    var rx,
                    var ry,
                    var gx,
                    var gy,
                    var bx,
                    var by,
                    var wx,
                    var wy,
                    var min,
                    var max,
                ]
            ? new MasteringDisplay(rx, ry, gx, gy, bx, by, wx, wy, min, max)
            : null;
    }

    private static ContentLightLevel? ReadLightLevel(JsonElement? data) =>
        data?.Positive("max_content") is { } content
            ? new ContentLightLevel(content, data?.Positive("max_average") ?? 0)
            : null;
}
