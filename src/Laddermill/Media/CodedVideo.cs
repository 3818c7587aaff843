using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Laddermill.Media;

/// <summary>One coded frame as it lies in the file.</summary>
/// <param name="Shown">Presentation time, ticks of the stream's time base.</param>
/// <param name="IsKey">Whether decoding can begin here, as far as is known.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct CodedFrame(long Shown, int Bytes, bool IsKey);

/// <summary>All coded frames of a video stream, which is what one must know of it to publish it as it is.</summary>
/// <param name="TimeBase">Seconds per tick.</param>
/// <param name="Frames">In order of decoding.</param>
/// <param name="Trouble">Why it cannot be copied whatever its frames are, in words; null when nothing is known against it.</param>
public sealed record CodedVideo(
    Rational TimeBase,
    ImmutableArray<CodedFrame> Frames,
    string? Trouble = null
)
{
    public static CodedVideo Unknown(string trouble) => new(new Rational(1, 1), [], trouble);
}
