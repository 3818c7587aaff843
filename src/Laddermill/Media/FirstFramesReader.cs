using System.Text.Json;

namespace Laddermill.Media;

/// <summary>
/// What only packets and decoded frames tell, from ffprobe's <c>-show_packets -show_frames</c> over the first few: captions inside the
/// picture data, metadata of high dynamic range that the container does not repeat, encryption.
/// </summary>
public static class FirstFramesReader
{
    /// <param name="streamIndex">The stream whose packets and frames were shown.</param>
    public static MediaInfo Add(
        MediaInfo info,
        int streamIndex,
        ReadOnlyMemory<byte> json,
        string name
    )
    {
        using var document = FfprobeReader.Parse(json, name);
        var sideData = document
            .RootElement.Items("packets_and_frames")
            .SelectMany(item => item.Items("side_data_list"))
            .ToList();
        return info with
        {
            IsEncrypted = info.IsEncrypted || Has(sideData, "Encryption info"),
            Video =
            [
                .. info.Video.Select(stream =>
                    stream.Index == streamIndex
                        ? stream with
                        {
                            HasClosedCaptions =
                                stream.HasClosedCaptions
                                || Has(sideData, "ATSC A53 Part 4 Closed Captions"),
                            Colour = ColourReader.AddSideData(stream.Colour, sideData),
                        }
                        : stream
                ),
            ],
        };
    }

    private static bool Has(IEnumerable<JsonElement> sideData, string type) =>
        sideData.Any(data => data.Text("side_data_type") == type);
}
