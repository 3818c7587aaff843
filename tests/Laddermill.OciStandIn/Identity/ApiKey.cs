using System.Security.Cryptography;
using System.Text;

namespace Laddermill.OciStandIn.Identity;

/// <summary>An API key of a user, as <c>~/.oci/config</c> describes one.</summary>
/// <param name="PrivatePem">PKCS#8.</param>
/// <param name="PublicKey">DER SubjectPublicKeyInfo.</param>
public sealed record ApiKey(
    string Tenancy,
    string User,
    string Fingerprint,
    string PrivatePem,
    byte[] PublicKey
)
{
    public string KeyId => $"{Tenancy}/{User}/{Fingerprint}";

    internal static ApiKey Create()
    {
        using var key = RSA.Create(2048);
        var publicKey = key.ExportSubjectPublicKeyInfo();
        return new(
            "ocid1.tenancy.oc1..standin",
            $"ocid1.user.oc1..{Guid.NewGuid():n}",
            FingerprintOf(publicKey),
            key.ExportPkcs8PrivateKeyPem(),
            publicKey
        );
    }

    /// <summary>Writes <c>config</c> and <c>key.pem</c> into a folder; returns the path of the first.</summary>
    public string WriteTo(string folder, string region = "us-ashburn-1")
    {
        var pem = Path.Combine(folder, "key.pem");
        var config = Path.Combine(folder, "config");
        Directory.CreateDirectory(folder);
        WritePrivately(pem, PrivatePem);
        WritePrivately(
            config,
            $"""
            [DEFAULT]
            user={User}
            fingerprint={Fingerprint}
            tenancy={Tenancy}
            region={region}
            key_file={pem}

            """
        );
        return config;
    }

    internal static void WritePrivately(string path, string text, bool isForAll = false)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode =
                UnixFileMode.UserRead
                | UnixFileMode.UserWrite
                | (isForAll ? UnixFileMode.GroupRead | UnixFileMode.OtherRead : 0);
        var parts = path + ".part";
        using (var file = new FileStream(parts, options))
            file.Write(Encoding.UTF8.GetBytes(text));
        File.Move(parts, path, overwrite: true);
    }

    // MD5 is what OCI shows; it names the key and secures nothing.
#pragma warning disable CA5351
    private static string FingerprintOf(byte[] publicKey) =>
        string.Join(':', MD5.HashData(publicKey).Select(b => b.ToString("x2", null)));
#pragma warning restore CA5351
}
