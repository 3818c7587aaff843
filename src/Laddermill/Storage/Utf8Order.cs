namespace Laddermill.Storage;

/// <summary>
/// Compares keys as stores do: by their UTF-8 bytes. .NET's ordinal order differs where a character outside the BMP (two
/// surrogates, D800–DFFF) meets one of E000–FFFF.
/// </summary>
public sealed class Utf8Order : IComparer<string>
{
    public static Utf8Order Instance { get; } = new();

    private Utf8Order() { }

    public int Compare(string? x, string? y)
    {
        if (x is null || y is null)
            return string.CompareOrdinal(x, y);
        var same = x.AsSpan().CommonPrefixLength(y);
        if (same == x.Length || same == y.Length)
            return x.Length.CompareTo(y.Length);
        return Rank(x[same]).CompareTo(Rank(y[same]));
    }

    // Surrogates stand for the code points above all others.
    private static int Rank(char c) => char.IsSurrogate(c) ? c + 0x10000 : c;
}
