using System.Xml;

namespace Laddermill.Verification.Manifests;

/// <summary>xs:duration, as <c>PT1M2.5S</c>.</summary>
internal static class MpdTime
{
    /// <summary>Seconds; null when absent or not an xs:duration.</summary>
    public static double? Seconds(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }
        try
        {
            return XmlConvert.ToTimeSpan(text).TotalSeconds;
        }
        catch (Exception error) when (error is FormatException or OverflowException)
        {
            // What cannot be read is as good as absent: the rules on durations say so with the text.
            return null;
        }
    }
}
