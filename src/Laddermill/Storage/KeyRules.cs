using System.Text;

namespace Laddermill.Storage;

/// <summary>What keys all stores share: 1 to 1024 bytes of UTF-8 without NUL.</summary>
internal static class KeyRules
{
    /// <summary>The limit of S3 and of OCI, in bytes of UTF-8.</summary>
    public const int MaxBytes = 1024;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>What is wrong with a key or prefix, as the end of a sentence, or null.</summary>
    public static string? Problem(string key)
    {
        if (key.Contains('\0'))
            return "holds a NUL character, which no store allows";
        try
        {
            return StrictUtf8.GetByteCount(key) is var bytes and > MaxBytes
                ? $"is {bytes} bytes long; stores allow {MaxBytes}"
                : null;
        }
        catch (EncoderFallbackException)
        {
            return "is not valid Unicode text";
        }
    }

    /// <exception cref="StoreException">No store could hold this key.</exception>
    public static void Check(string store, string key)
    {
        var problem = key.Length == 0 ? "is empty" : Problem(key);
        if (problem is not null)
            throw new StoreException($"The key '{Show(key)}' for {store} {problem}.");
    }

    /// <summary>A key as it may stand in a message or log: names of objects are hostile, so control characters are made visible.</summary>
    public static string Show(string text)
    {
        var shown = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (char.IsControl(c) || char.IsSurrogate(c) is false && c is '\u2028' or '\u2029')
                shown.Append('\\').Append('u').Append(((int)c).ToString("x4", null));
            else
                shown.Append(c);
        }
        return shown.ToString();
    }
}
