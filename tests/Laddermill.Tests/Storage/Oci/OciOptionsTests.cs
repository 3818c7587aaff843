using System.Security.Cryptography;
using Laddermill.Storage;
using Laddermill.Storage.Oci;

namespace Laddermill.Tests.Storage.Oci;

public sealed class OciOptionsTests : IDisposable
{
    private readonly TemporaryFolder home = new();

    public void Dispose() => home.Dispose();

    [Theory]
    [InlineData("us-ashburn-1", "https://objectstorage.us-ashburn-1.oraclecloud.com/")]
    [InlineData("PHX", "https://objectstorage.us-phoenix-1.oraclecloud.com/")]
    [InlineData("eu-frankfurt-2", "https://objectstorage.eu-frankfurt-2.oraclecloud.eu/")]
    [InlineData("us-gov-phoenix-1", "https://objectstorage.us-gov-phoenix-1.oraclegovcloud.com/")]
    [InlineData("uk-gov-london-1", "https://objectstorage.uk-gov-london-1.oraclegovcloud.uk/")]
    [InlineData("ap-chiyoda-1", "https://objectstorage.ap-chiyoda-1.oraclecloud8.com/")]
    [InlineData("xx-nowhere-9", "https://objectstorage.xx-nowhere-9.oraclecloud.com/")]
    public void A_region_has_an_endpoint_in_its_realm(string region, string endpoint) =>
        Assert.Equal(endpoint, OciRegion.ObjectStorage(region, null).ToString());

    [Fact]
    public void A_region_that_is_not_known_is_of_the_default_realm() =>
        Assert.Equal(
            "https://objectstorage.xx-new-1.oraclecloud20.com/",
            OciRegion.ObjectStorage("xx-new-1", "oc20").ToString()
        );

    [Fact]
    public void A_profile_takes_what_it_lacks_from_DEFAULT_and_a_tilde_is_home()
    {
        WriteKey(".oci/key.pem");
        Write(
            ".oci/config",
            """
            # A comment.
            [DEFAULT]
            user = ocid1.user.oc1..u
            tenancy=ocid1.tenancy.oc1..t
            fingerprint=aa:bb
            region=us-phoenix-1
            key_file=~/.oci/key.pem

            [FRANKFURT]
            region=fra
            pass_phrase=a=b
            """
        );
        var options = Options(("OCI_CLI_PROFILE", "FRANKFURT"));
        Assert.Equal(
            "https://objectstorage.eu-frankfurt-1.oraclecloud.com/",
            options.Endpoint.ToString()
        );
        Assert.Equal(
            "ocid1.tenancy.oc1..t/ocid1.user.oc1..u/aa:bb",
            options.Credentials.Get(renew: false).Id
        );
        Assert.Equal(
            "https://objectstorage.us-phoenix-1.oraclecloud.com/",
            Options().Endpoint.ToString()
        );
        Assert.Equal(
            "https://objectstorage.ap-tokyo-1.oraclecloud.com/",
            Options(("OCI_REGION", "nrt")).Endpoint.ToString()
        );
    }

    [Fact]
    public void A_session_signs_with_its_token()
    {
        WriteKey("key.pem");
        Write("token", "abc.def.ghi\n");
        Write(
            ".oci/config",
            $"[DEFAULT]\nregion=iad\nkey_file={home.Path}/key.pem\nsecurity_token_file={home.Path}/token\n"
        );
        var credentials = Options().Credentials;
        Assert.Equal("ST$abc.def.ghi", credentials.Get(renew: false).Id);
        Write("token", "newer");
        Assert.Equal("ST$newer", credentials.Get(renew: true).Id);
    }

    [Fact]
    public void An_encrypted_key_needs_its_pass_phrase_which_is_never_told()
    {
        using var rsa = RSA.Create(2048);
        var encrypted = rsa.ExportEncryptedPkcs8PrivateKeyPem(
            "hush-phrase",
            new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)
        );
        Write("key.pem", encrypted + "\nOCI_API_KEY\n");
        var profile =
            $"[DEFAULT]\nuser=u\ntenancy=t\nfingerprint=f\nregion=iad\nkey_file={home.Path}/key.pem\npass_phrase=";
        Write(".oci/config", profile + "hush-phrase");
        Assert.Equal("t/u/f", Options().Credentials.Get(renew: false).Id);
        Write(".oci/config", profile + "hush-other");
        var refused = Assert.Throws<StoreException>(() => Options());
        Assert.Contains("key.pem", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", refused.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[DEFAULT]\nuser=u\n", "no 'key_file'")]
    [InlineData("[DEFAULT]\nuser=u\nhush\n", "Line 3")]
    [InlineData("[OTHER]\nuser=u\nregion\n", "Line 3")]
    public void A_config_file_that_cannot_be_used_says_why(string text, string reason)
    {
        Write(".oci/config", text);
        var refused = Assert.Throws<AddressException>(() => Options());
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("OCI_CLI_PROFILE", "NONE", "no profile [NONE]")]
    [InlineData("OCI_CONFIG_FILE", "/no/such/file", "'/no/such/file' cannot be read")]
    [InlineData("LADDERMILL_OCI_AUTH", "magic", "must be 'api_key' or")]
    [InlineData("LADDERMILL_OCI_AUTH", "resource_principal", "OCI_RESOURCE_PRINCIPAL_VERSION")]
    [InlineData("OCI_RESOURCE_PRINCIPAL_VERSION", "1.1", "only 2.2 is known")]
    [InlineData("OCI_RESOURCE_PRINCIPAL_VERSION", "2.2", "OCI_RESOURCE_PRINCIPAL_RPST is not set")]
    [InlineData("LADDERMILL_OCI_ENDPOINT", "https://me:hush@example.com", "no address")]
    [InlineData("OCI_REGION", "us ashburn", "no region")]
    public void An_impossible_value_is_refused_by_name(string name, string value, string reason)
    {
        WriteKey("key.pem");
        Write(
            ".oci/config",
            $"[DEFAULT]\nuser=u\ntenancy=t\nfingerprint=f\nkey_file={home.Path}/key.pem\n"
        );
        var refused = Assert.Throws<AddressException>(() => Options((name, value)));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", refused.Message, StringComparison.Ordinal);
    }

    private OciOptions Options(params (string Name, string Value)[] variables)
    {
        var all = variables.ToDictionary(v => v.Name, v => v.Value);
        all["HOME"] = home.Path;
        return OciOptions.From(all.GetValueOrDefault, TimeProvider.System);
    }

    private void WriteKey(string path)
    {
        using var rsa = RSA.Create(2048);
        Write(path, rsa.ExportPkcs8PrivateKeyPem());
    }

    private void Write(string path, string text)
    {
        var full = Path.Combine(home.Path, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }
}
