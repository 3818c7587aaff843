using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Laddermill.Webhooks;

/// <summary>Signs and checks webhooks by Standard Webhooks 1.0 (https://www.standardwebhooks.com): HMAC-SHA256 of id, time and body, joined by full stops.</summary>
public static class WebhookSignature
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    /// <summary>How far the sender's clock may be off, or a message be delayed on its way, for most receivers.</summary>
    public static TimeSpan DefaultTolerance { get; } = TimeSpan.FromMinutes(5);

    private const string Version = "v1,";

    /// <summary>The value of <see cref="SignatureHeader"/>: one signature for each secret, so that a receiver may change from one to the other in its own time.</summary>
    /// <param name="id">The same for each attempt at one message; without a full stop, which would let two messages have one signature.</param>
    /// <param name="sent">When this attempt is made, in whole seconds.</param>
    public static string Sign(
        string id,
        DateTimeOffset sent,
        ReadOnlySpan<byte> body,
        ImmutableArray<WebhookSecret> secrets
    )
    {
        if (id.Length == 0 || id.Contains('.', StringComparison.Ordinal))
        {
            throw new ArgumentException("The id is empty or holds a full stop.", nameof(id));
        }
        var content = Content(id, Timestamp(sent), body);
        return string.Join(' ', secrets.Select(secret => Version + Mac(secret, content)));
    }

    /// <summary>The value of <see cref="TimestampHeader"/>.</summary>
    public static string Timestamp(DateTimeOffset sent) =>
        sent.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether the holder of <paramref name="secret"/> has sent this body with these headers, and not longer ago, or later, than the tolerance.</summary>
    public static bool Verify(
        string? id,
        string? timestamp,
        string? signatures,
        ReadOnlySpan<byte> body,
        WebhookSecret secret,
        DateTimeOffset now,
        TimeSpan tolerance
    )
    {
        if (
            id is null
            || signatures is null
            || !long.TryParse(
                timestamp,
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var sent
            )
            || Math.Abs(now.ToUnixTimeSeconds() - sent) > tolerance.TotalSeconds
        )
        {
            return false;
        }
        var expected = Encoding.UTF8.GetBytes(Version + Mac(secret, Content(id, timestamp, body)));
        var isOne = false;
        foreach (var told in signatures.Split(' '))
        {
            isOne |= CryptographicOperations.FixedTimeEquals(
                Encoding.UTF8.GetBytes(told),
                expected
            );
        }
        return isOne;
    }

    private static byte[] Content(string id, string timestamp, ReadOnlySpan<byte> body) =>
        [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];

    private static string Mac(WebhookSecret secret, byte[] content) =>
        Convert.ToBase64String(HMACSHA256.HashData(secret.Key, content));
}
