using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Laddermill.Webhooks;

/// <summary>What sender and receiver of a webhook share. Its text is <c>whsec_</c> and 24 to 64 bytes in Base64 (Standard Webhooks, signature scheme).</summary>
public sealed class WebhookSecret
{
    private const string Prefix = "whsec_";

    private readonly ImmutableArray<byte> key;

    private WebhookSecret(ImmutableArray<byte> key) => this.key = key;

    internal ReadOnlySpan<byte> Key => key.AsSpan();

    /// <summary>A new one of 32 bytes.</summary>
    public static WebhookSecret Create() => new([.. RandomNumberGenerator.GetBytes(32)]);

    /// <exception cref="WebhookException">It is none.</exception>
    public static WebhookSecret Parse(string text)
    {
        if (!text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            throw new WebhookException(
                $"The secret of a webhook must begin with {Prefix}, as the one that was configured at its receiver."
            );
        }
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text[Prefix.Length..], bytes, out var length))
        {
            throw new WebhookException(
                $"The secret of a webhook is no Base64 after {Prefix}; copy it whole."
            );
        }
        return length is >= 24 and <= 64
            ? new([.. bytes.AsSpan(0, length)])
            : throw new WebhookException(
                $"The secret of a webhook is {length} bytes long; it must be 24 to 64."
            );
    }

    /// <summary>The text, to be handed to the receiver; nothing else shows it.</summary>
    public string Reveal() => Prefix + Convert.ToBase64String(Key);

    /// <summary>No log and no message shows a secret.</summary>
    public override string ToString() => Prefix + "…";
}
