using System.Collections.Immutable;

namespace Laddermill.Webhooks;

/// <summary>Who wants to be told: from the configuration, never from a request.</summary>
/// <param name="Secrets">Each signs; the first is the one to keep when a secret is changed.</param>
/// <param name="Types">Which messages are wanted; empty: all.</param>
public sealed record WebhookEndpoint(
    Uri Address,
    ImmutableArray<WebhookSecret> Secrets,
    ImmutableArray<string> Types
)
{
    /// <exception cref="WebhookException">The address cannot be posted to, there is no secret, or nobody sends such a type.</exception>
    public static WebhookEndpoint Parse(
        string address,
        IReadOnlyCollection<string> secrets,
        IReadOnlyCollection<string> types
    )
    {
        if (
            !Uri.TryCreate(address, UriKind.Absolute, out var uri)
            || uri.Scheme is not ("https" or "http")
            || uri.UserInfo.Length > 0
            || uri.Fragment.Length > 0
        )
        {
            throw new WebhookException(
                "The address of a webhook must be like https://cms.example.com/laddermill, without credentials or fragment."
            );
        }
        if (secrets.Count == 0)
        {
            throw new WebhookException(
                $"The webhook to {uri.Host} has no secret; without one its receiver could not tell who posts."
            );
        }
        if (types.FirstOrDefault(type => !WebhookMessage.Types.Contains(type)) is { } unknown)
        {
            throw new WebhookException(
                $"The webhook to {uri.Host} wants messages of type '{unknown}'; there are {string.Join(", ", WebhookMessage.Types)}."
            );
        }
        return new(uri, [.. secrets.Select(WebhookSecret.Parse)], [.. types]);
    }

    public bool Wants(string type) => Types is [] || Types.Contains(type);
}
