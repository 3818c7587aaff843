using System.Globalization;
using System.Text;
using Laddermill.Media;

namespace Laddermill.Packaging.Hls;

/// <summary>The attributes of one tag, each written in the form of its type (RFC 8216bis §4.2).</summary>
internal sealed class AttributeList
{
    private readonly StringBuilder text = new();

    public AttributeList Enumerated(string name, string value) => Add(name, value);

    public AttributeList Integer(string name, long value) =>
        Add(name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>A quoted string can hold neither a quote nor a line break, and knows no escape: quotes become apostrophes.</summary>
    public AttributeList Quoted(string name, string value) =>
        Add(name, $"\"{DisplayText.Clean(value).Replace('"', '\'')}\"");

    public AttributeList Resolution(int width, int height) =>
        Add("RESOLUTION", string.Create(CultureInfo.InvariantCulture, $"{width}x{height}"));

    /// <summary>Three decimals, rounded (§4.4.6.2).</summary>
    public AttributeList FrameRate(Rational rate)
    {
        var thousandths = rate.RoundTimes(1000);
        return Add(
            "FRAME-RATE",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{thousandths / 1000}.{thousandths % 1000:000}"
            )
        );
    }

    public override string ToString() => text.ToString();

    private AttributeList Add(string name, string value)
    {
        text.Append(text.Length > 0 ? "," : "").Append(name).Append('=').Append(value);
        return this;
    }
}
