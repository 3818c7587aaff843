namespace Laddermill.Engines;

/// <summary>How engines say why a run ended.</summary>
internal static class EndingWords
{
    /// <param name="limit">Bytes.</param>
    public static string OutOfMemory(long limit) =>
        $"It needed more memory than the {limit >> 20} MiB that it may have, and the kernel killed it or a part of it.";
}
