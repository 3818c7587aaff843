using Amazon;
using Amazon.Runtime;
using Amazon.S3;

namespace Laddermill.Storage.S3;

/// <summary>
/// How to reach S3, from the same environment variables as other tools: <c>AWS_ENDPOINT_URL_S3</c>, then <c>AWS_ENDPOINT_URL</c> (none:
/// Amazon's own), <c>AWS_REGION</c>, then <c>AWS_DEFAULT_REGION</c>, then the profile's. Credentials come from the SDK's whole chain: environment,
/// profiles, single sign-on, web identity, containers, instances.
/// </summary>
public sealed class S3Options
{
    /// <summary>Base URL of the server; null for Amazon's own.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary>Null: as the SDK finds it, and us-east-1 for a server of one's own, most of which do not care.</summary>
    public string? Region { get; set; }

    /// <summary>
    /// Whether the bucket is the first part of the path, not of the host name; by default so for every endpoint that is not Amazon's. From
    /// <c>LADDERMILL_S3_ADDRESSING</c>: <c>path</c> or <c>virtual</c>.
    /// </summary>
    public bool? PathStyle { get; set; }

    /// <summary>Null: the SDK's chain of sources.</summary>
    public AWSCredentials? Credentials { get; set; }

    /// <exception cref="AddressException">A variable holds something impossible.</exception>
    public static S3Options FromEnvironment() => From(Environment.GetEnvironmentVariable);

    internal static S3Options From(Func<string, string?> variable)
    {
        string? First(params ReadOnlySpan<string> names)
        {
            foreach (var name in names)
            {
                if (variable(name) is { Length: > 0 } value)
                    return value;
            }
            return null;
        }
        return new S3Options
        {
            Endpoint = First("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL") is { } url
                ? ParseEndpoint(url)
                : null,
            Region = First("AWS_REGION", "AWS_DEFAULT_REGION"),
            PathStyle = First("LADDERMILL_S3_ADDRESSING") switch
            {
                null => null,
                "path" => true,
                "virtual" => false,
                var other => throw new AddressException(
                    $"LADDERMILL_S3_ADDRESSING is '{other}'; it must be 'path' or 'virtual'."
                ),
            },
        };
    }

    private static Uri ParseEndpoint(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var endpoint)
        && endpoint.Scheme is "http" or "https"
        && endpoint.UserInfo.Length == 0
            ? endpoint
            : throw new AddressException(
                "The S3 endpoint in AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL is no address of a server; write it like https://s3.example.com:9000, without credentials."
            );

    /// <summary>A client for any number of buckets; thread-safe, made once.</summary>
    public AmazonS3Client CreateClient() => CreateClient(retries: 7);

    internal AmazonS3Client CreateClient(int retries)
    {
        var config = new AmazonS3Config
        {
            // Jittered backoff up to 20 s, which honours what the server asks for.
            RetryMode = RequestRetryMode.Standard,
            MaxErrorRetry = retries,
            // A segment of 64 MiB passes over 2 Mbit/s.
            Timeout = TimeSpan.FromMinutes(5),
        };
        if (Endpoint is not null)
        {
            config.ServiceURL = Endpoint.ToString();
            config.AuthenticationRegion = Region ?? "us-east-1";
            config.ForcePathStyle = PathStyle ?? true;
            // Most servers that are not Amazon's know none of the newer checksums.
            config.RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED;
            config.ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED;
        }
        else
        {
            config.ForcePathStyle = PathStyle ?? false;
            if (Region is not null)
                config.RegionEndpoint = RegionEndpoint.GetBySystemName(Region);
        }
        return Credentials is null
            ? new PatientS3Client(config)
            : new PatientS3Client(Credentials, config);
    }
}
