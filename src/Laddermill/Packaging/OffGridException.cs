using System.Globalization;

namespace Laddermill.Packaging;

/// <summary>
/// An encoder's output does not follow the plan's segment grid: a gap, a key frame in the wrong place, too little or too much. Nothing can be published of
/// it; encoding the range again may help, as frames are missing when an encoder or its input broke off.
/// </summary>
public sealed class OffGridException(string rendition, double seconds, string problem)
    : Exception(
        string.Create(CultureInfo.InvariantCulture, $"{rendition} at {seconds:0.000} s: {problem}")
    )
{
    /// <summary>Name of the rendition, such as <c>video-1080p</c>.</summary>
    public string Rendition { get; } = rendition;

    /// <summary>Where in the film, in seconds.</summary>
    public double Seconds { get; } = seconds;
}
