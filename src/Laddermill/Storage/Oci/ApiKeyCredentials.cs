namespace Laddermill.Storage.Oci;

/// <summary>An API key, or a session with a token file, from a profile of <c>~/.oci/config</c>.</summary>
public sealed class ApiKeyCredentials : OciCredentials
{
    private readonly OciProfile profile;
    private OciKey key;

    /// <exception cref="AddressException">The profile lacks something.</exception>
    /// <exception cref="StoreException">Its key cannot be read.</exception>
    internal ApiKeyCredentials(OciProfile profile)
    {
        this.profile = profile;
        key = Load();
    }

    public override string? Region => profile["region"];

    internal override OciKey Get(bool renew) => renew ? key = Load() : key;

    private OciKey Load()
    {
        var keyFile = profile.Path("key_file");
        var id = profile["security_token_file"] is null
            ? $"{profile.Required("tenancy")}/{profile.Required("user")}/{profile.Required("fingerprint")}"
            : "ST$" + ReadFile(profile.Path("security_token_file"), "the security token").Trim();
        return OciKey.FromPem(
            id,
            ReadFile(keyFile, "the private key"),
            profile["pass_phrase"],
            $"'{keyFile}'"
        );
    }
}
