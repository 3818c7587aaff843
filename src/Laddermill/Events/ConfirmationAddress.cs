using System.Text.RegularExpressions;

namespace Laddermill.Events;

/// <summary>
/// Which addresses from a message may be asked for anything: those of the provider's own hosts, by HTTPS, without user, port or fragment. Whoever asks
/// must follow no redirect.
/// </summary>
public static partial class ConfirmationAddress
{
    /// <summary>Where a subscription of Oracle Cloud's Notifications is confirmed: <c>https://cell1.notification.REGION.oci.oraclecloud.com/…</c>.</summary>
    /// <exception cref="EventException">It is another address.</exception>
    public static Uri OfOci(string? address) =>
        Check(address, OciHost(), "Oracle Cloud's Notifications");

    /// <summary>Where a subscription of Amazon SNS is confirmed: <c>https://sns.REGION.amazonaws.com/?Action=ConfirmSubscription&amp;…</c>.</summary>
    /// <exception cref="EventException">It is another address.</exception>
    public static Uri OfSns(string? address) =>
        Check(address, SnsHost(), "Amazon SNS") is var checkedAddress
        && checkedAddress.AbsolutePath == "/"
        && checkedAddress.Query.Contains("Action=ConfirmSubscription", StringComparison.Ordinal)
            ? checkedAddress
            : throw new EventException(
                $"The address '{EventRecords.Show(address!)}' of the message confirms no subscription; it is not followed."
            );

    /// <summary>Where the certificate lies that messages of Amazon SNS are signed with.</summary>
    /// <exception cref="EventException">It is another address.</exception>
    public static Uri OfSnsCertificate(string? address) =>
        Check(address, SnsHost(), "Amazon SNS") is var checkedAddress
        && CertificatePath().IsMatch(checkedAddress.PathAndQuery)
            ? checkedAddress
            : throw new EventException(
                $"The address '{EventRecords.Show(address!)}' of the message is none of a certificate; it is not followed."
            );

    /// <summary>The text itself is matched, so that it cannot matter how anybody parses it.</summary>
    private static Uri Check(string? address, Regex host, string provider) =>
        address is not null
        && Shape().Match(address) is { Success: true } match
        && host.IsMatch(match.Groups["host"].Value)
        && Uri.TryCreate(address, UriKind.Absolute, out var uri)
        && uri.Host == match.Groups["host"].Value
            ? uri
            : throw new EventException(
                address is null
                    ? $"The message is to confirm a subscription, and has no address of {provider} for it."
                    : $"The address '{EventRecords.Show(address)}' of the message is none of {provider}; it is not followed."
            );

    /// <summary>Printable ASCII without a backslash, and no fragment, which some parsers take for the end of the host.</summary>
    [GeneratedRegex(
        @"\Ahttps://(?<host>[a-z0-9.-]{1,253})[/?][!""$-\[\]-~]*\z",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Shape();

    /// <summary>Each domain of Oracle's is named: of numbered ones, anybody may buy the next.</summary>
    [GeneratedRegex(
        """
            \A(cell[0-9]{1,3}\.)?notification\.[a-z0-9-]{2,40}\.(oci\.)?(
                oraclecloud\.(com|eu)
                |oraclegovcloud\.(com|uk)
                |oraclecloud(8|9|10|14|15|20|21|23|24|26|29|35|42|51|52)\.com
            )\z
            """,
        RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace
    )]
    private static partial Regex OciHost();

    /// <summary>Regions only. Amazon's own pattern lets <c>sns.s3-us-west-2.amazonaws.com</c> through, which is somebody's bucket called <c>sns</c>.</summary>
    [GeneratedRegex(
        @"\Asns\.[a-z]{2,8}(-[a-z]{2,12}){1,3}-[0-9]{1,2}\.amazonaws\.com(\.cn)?\z",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex SnsHost();

    [GeneratedRegex(@"\A/[A-Za-z0-9_-]{1,100}\.pem\z", RegexOptions.CultureInvariant)]
    private static partial Regex CertificatePath();
}
