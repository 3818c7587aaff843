using System.Buffers;

namespace Laddermill.Packaging.Boxes;

/// <summary>
/// Where buffers for fragments and segments come from. The shared pool keeps large arrays for every thread that ever returned one, so that a long
/// film would fill it slowly; this one keeps a few of each size and no more.
/// </summary>
internal static class MediaMemory
{
    private const int LargestKept = 16 << 20;
    private const int KeptOfEachSize = 3;

    public static ArrayPool<byte> Pool { get; } =
        ArrayPool<byte>.Create(LargestKept, KeptOfEachSize);
}
