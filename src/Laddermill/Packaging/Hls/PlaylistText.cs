using System.Text;

namespace Laddermill.Packaging.Hls;

/// <summary>
/// The lines of a playlist as they are collected. EXT-X-VERSION is worked out at the end, from the tags that were used (RFC 8216bis §8).
/// </summary>
internal sealed class PlaylistText
{
    private readonly StringBuilder lines = new();
    private int version = 1;
    private bool hasMap;
    private bool isIFramesOnly;

    public void Tag(string name, string value = "")
    {
        switch (name)
        {
            case "EXTINF":
                Require(3);
                break;
            case "EXT-X-BYTERANGE":
                Require(4);
                break;
            case "EXT-X-I-FRAMES-ONLY":
                Require(4);
                isIFramesOnly = true;
                break;
            case "EXT-X-MAP":
                hasMap = true;
                break;
        }
        lines.Append('#').Append(name);
        if (value.Length > 0)
        {
            lines.Append(':').Append(value);
        }
        lines.Append('\n');
    }

    public void Tag(string name, AttributeList attributes) => Tag(name, attributes.ToString());

    public void Uri(string uri) => lines.Append(uri).Append('\n');

    /// <summary>At least this version: also for a multivariant playlist, which needs what its media playlists need.</summary>
    public void Require(int atLeast) => version = Math.Max(version, atLeast);

    public override string ToString()
    {
        if (hasMap)
        {
            Require(isIFramesOnly ? 5 : 6);
        }
        return string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"#EXTM3U\n#EXT-X-VERSION:{version}\n{lines}"
        );
    }
}
