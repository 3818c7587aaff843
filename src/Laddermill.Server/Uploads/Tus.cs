using System.Globalization;
using System.Text;

namespace Laddermill.Server.Uploads;

/// <summary>The headers of the tus protocol, version 1.0.0 (https://tus.io/protocols/resumable-upload): written and read.</summary>
internal static class Tus
{
    public const string Version = "1.0.0";
    public const string Extensions = "creation,creation-with-upload,expiration,termination";
    public const string Resumable = "Tus-Resumable";
    public const string Offset = "Upload-Offset";
    public const string Length = "Upload-Length";
    public const string Metadata = "Upload-Metadata";
    public const string Expires = "Upload-Expires";
    public const string BodyType = "application/offset+octet-stream";

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: false);

    /// <summary>A whole number that is not negative; null for anything else.</summary>
    public static long? Number(string? header) =>
        long.TryParse(header, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    /// <summary>Reads <c>key base64,key base64</c>; null when it is none.</summary>
    public static Dictionary<string, string>? ReadMetadata(string? header)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (
            var pair in (header ?? "").Split(
                ',',
                StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
            )
        )
        {
            var parts = pair.Split(' ');
            var value = parts.Length > 1 ? parts[1] : "";
            var bytes = new byte[value.Length];
            if (
                parts.Length > 2
                || !Convert.TryFromBase64String(value, bytes, out var length)
                || !found.TryAdd(parts[0], Strict.GetString(bytes, 0, length))
            )
            {
                return null;
            }
        }
        return found;
    }

    /// <summary>Writes what <see cref="ReadMetadata"/> reads.</summary>
    public static string WriteMetadata(params (string Key, string Value)[] metadata) =>
        string.Join(
            ',',
            metadata.Select(each =>
                $"{each.Key} {Convert.ToBase64String(Encoding.UTF8.GetBytes(each.Value))}"
            )
        );
}
