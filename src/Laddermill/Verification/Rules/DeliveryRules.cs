using System.Collections.Immutable;

namespace Laddermill.Verification.Rules;

/// <summary>
/// What the server in front of the store does. Files alone cannot tell, so these are never passed or failed here: they stand in the
/// catalogue and in each report so that nobody forgets them.
/// </summary>
internal static class DeliveryRules
{
    private const string AskTheServer = "seen at the server only";

    public static ImmutableArray<Rule> All { get; } =
    [
        Rule.Advice(
            "delivery.gzip",
            "HLS-AUTH 10.1",
            RuleLevel.Must,
            "Playlists are sent with gzip when the client takes it.",
            (_, sheet) => sheet.Skip(AskTheServer),
            "Stored plain, so that every client can read them from the bucket itself; a CDN in front compresses."
        ),
        Rule.Advice(
            "delivery.mime-types",
            "HLS-AUTH 10.4; RFC 8216bis §4",
            RuleLevel.Must,
            "Files are sent with the MIME types that players ask for.",
            (_, sheet) => sheet.Skip(AskTheServer)
        ),
        Rule.Advice(
            "delivery.redirects",
            "HLS-AUTH 8.18",
            RuleLevel.Must,
            "Files are sent without redirects.",
            (_, sheet) => sheet.Skip(AskTheServer)
        ),
        Rule.Advice(
            "delivery.tls",
            "HLS-AUTH 11",
            RuleLevel.Must,
            "Files are sent over TLS 1.2 or later.",
            (_, sheet) => sheet.Skip(AskTheServer)
        ),
    ];
}
