namespace Laddermill.Storage.Oci;

/// <summary>
/// How to reach Object Storage, from the same environment variables and files as Oracle's own tools: a resource principal when
/// <c>OCI_RESOURCE_PRINCIPAL_VERSION</c> is set, else the profile <c>OCI_CLI_PROFILE</c> (or DEFAULT) of <c>OCI_CONFIG_FILE</c> (or
/// <c>~/.oci/config</c>). The region is that of <c>OCI_REGION</c>, or the credentials' own.
/// </summary>
public sealed class OciOptions
{
    public required OciCredentials Credentials { get; set; }

    /// <summary>Base URL of the service; from <c>LADDERMILL_OCI_ENDPOINT</c>, or the region's.</summary>
    public required Uri Endpoint { get; set; }

    /// <summary>Base URL of Container Instances; from <c>LADDERMILL_OCI_CONTAINERS_ENDPOINT</c>, or the region's; null when no region is known.</summary>
    public Uri? ContainersEndpoint { get; set; }

    /// <summary>The same credentials for Container Instances.</summary>
    /// <exception cref="AddressException">No region is known.</exception>
    internal OciOptions ForContainers() =>
        new() { Credentials = Credentials, Endpoint = ContainersEndpoint ?? throw NoRegion() };

    /// <exception cref="AddressException">A variable or a file holds something impossible, or there are no credentials.</exception>
    /// <exception cref="StoreException">A key cannot be read.</exception>
    public static OciOptions FromEnvironment(TimeProvider time) =>
        From(Environment.GetEnvironmentVariable, time);

    /// <summary>The same from variables that are kept elsewhere.</summary>
    public static OciOptions From(Func<string, string?> variable, TimeProvider time)
    {
        string? Value(string name) => variable(name) is { Length: > 0 } value ? value : null;

        OciCredentials credentials = Value("LADDERMILL_OCI_AUTH") switch
        {
            "resource_principal" => new ResourcePrincipalCredentials(variable, time),
            "api_key" => FromConfigFile(Value),
            null when Value("OCI_RESOURCE_PRINCIPAL_VERSION") is not null =>
                new ResourcePrincipalCredentials(variable, time),
            null => FromConfigFile(Value),
            var other => throw new AddressException(
                $"LADDERMILL_OCI_AUTH is '{other}'; it must be 'api_key' or 'resource_principal'."
            ),
        };
        const string storage = "LADDERMILL_OCI_ENDPOINT";
        const string containers = "LADDERMILL_OCI_CONTAINERS_ENDPOINT";
        var region = Value("OCI_REGION") ?? credentials.Region;
        var realm = Value("OCI_DEFAULT_REALM");
        return new OciOptions
        {
            Credentials = credentials,
            Endpoint = Value(storage) is { } url
                ? ParseEndpoint(storage, url)
                : OciRegion.ObjectStorage(region ?? throw NoRegion(), realm),
            ContainersEndpoint =
                Value(containers) is { } given ? ParseEndpoint(containers, given)
                : region is null ? null
                : OciRegion.ContainerInstances(region, realm),
        };
    }

    private static AddressException NoRegion() =>
        new("No region is given; set OCI_REGION, or 'region' in the profile.");

    private static ApiKeyCredentials FromConfigFile(Func<string, string?> value)
    {
        var home =
            value("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var path = value("OCI_CONFIG_FILE") switch
        {
            null => Path.Combine(home, ".oci", "config"),
            ['~', '/', .. var rest] => Path.Combine(home, rest),
            var given => given,
        };
        try
        {
            return new ApiKeyCredentials(
                OciProfile.Parse(File.ReadAllText(path), path, value("OCI_CLI_PROFILE"), home)
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AddressException(
                $"There are no credentials for Oracle Cloud: '{path}' cannot be read ({e.Message}). Make it with 'oci setup config', or name another in OCI_CONFIG_FILE."
            );
        }
    }

    private static Uri ParseEndpoint(string variable, string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var endpoint)
        && endpoint.Scheme is "http" or "https"
        && endpoint is { UserInfo.Length: 0, PathAndQuery: "/" }
            ? endpoint
            : throw new AddressException(
                $"{variable} is no address of a server; write it like https://objectstorage.us-ashburn-1.oraclecloud.com, without credentials or path."
            );
}
