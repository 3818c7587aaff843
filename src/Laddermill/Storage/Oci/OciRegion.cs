namespace Laddermill.Storage.Oci;

/// <summary>Where a region's services are: its realm has a domain of its own.</summary>
internal static class OciRegion
{
    private static readonly Dictionary<string, string> Codes = Pairs(
        "iad=us-ashburn-1 phx=us-phoenix-1 sjc=us-sanjose-1 ord=us-chicago-1 aga=us-saltlake-2 yyz=ca-toronto-1 yul=ca-montreal-1 fra=eu-frankfurt-1 "
            + "lhr=uk-london-1 cwl=uk-cardiff-1 ams=eu-amsterdam-1 zrh=eu-zurich-1 arn=eu-stockholm-1 cdg=eu-paris-1 mrs=eu-marseille-1 lin=eu-milan-1 "
            + "mad=eu-madrid-1 orf=eu-madrid-3 nrq=eu-turin-1 nrt=ap-tokyo-1 kix=ap-osaka-1 icn=ap-seoul-1 yny=ap-chuncheon-1 bom=ap-mumbai-1 "
            + "hyd=ap-hyderabad-1 onm=ap-delhi-1 sin=ap-singapore-1 xsp=ap-singapore-2 hsg=ap-batam-1 jbp=ap-kulai-2 syd=ap-sydney-1 mel=ap-melbourne-1 "
            + "gru=sa-saopaulo-1 vcp=sa-vinhedo-1 scl=sa-santiago-1 vap=sa-valparaiso-1 bog=sa-bogota-1 dxb=me-dubai-1 auh=me-abudhabi-1 jed=me-jeddah-1 "
            + "ruh=me-riyadh-1 mtz=il-jerusalem-1 jnb=af-johannesburg-1 lej=af-casablanca-1 qro=mx-queretaro-1 mty=mx-monterrey-1"
    );

    /// <summary>Regions that are not in the commercial realm, oc1.</summary>
    private static readonly Dictionary<string, string> Realms = Pairs(
        "us-langley-1=oc2 us-luke-1=oc2 us-gov-ashburn-1=oc3 us-gov-chicago-1=oc3 us-gov-phoenix-1=oc3 uk-gov-london-1=oc4 uk-gov-cardiff-1=oc4 "
            + "ap-chiyoda-1=oc8 ap-ibaraki-1=oc8 me-dcc-muscat-1=oc9 me-ibri-1=oc9 ap-dcc-canberra-1=oc10 eu-dcc-milan-1=oc14 eu-dcc-milan-2=oc14 "
            + "eu-dcc-dublin-1=oc14 eu-dcc-dublin-2=oc14 eu-dcc-rating-1=oc14 eu-dcc-rating-2=oc14 ap-dcc-gazipur-1=oc15 eu-madrid-2=oc19 "
            + "eu-frankfurt-2=oc19 eu-jovanovac-1=oc20 me-dcc-doha-1=oc21 me-alrayyan-1=oc21 us-somerset-1=oc23 us-thames-1=oc23 eu-dcc-zurich-1=oc24 "
            + "eu-crissier-1=oc24 me-abudhabi-3=oc26 me-alain-1=oc26 me-abudhabi-2=oc29 me-abudhabi-4=oc29 ap-seoul-2=oc35 ap-suwon-1=oc35 "
            + "ap-chuncheon-2=oc35 us-ashburn-2=oc42 us-newark-1=oc42 eu-budapest-1=oc51 sa-riodejaneiro-1=oc52"
    );

    /// <summary>The service's address in a region that is given by its name or its three-letter code.</summary>
    /// <param name="defaultRealm">The realm of regions that are not known here; null: oc1.</param>
    /// <exception cref="AddressException">It is no region.</exception>
    public static Uri ObjectStorage(string region, string? defaultRealm) =>
        Service("objectstorage", "", region, defaultRealm);

    /// <summary>The same of Container Instances.</summary>
    public static Uri ContainerInstances(string region, string? defaultRealm) =>
        Service("compute-containers", "oci.", region, defaultRealm);

    private static Uri Service(string service, string zone, string region, string? defaultRealm)
    {
        var name = region.Trim().ToLowerInvariant();
        name = Codes.GetValueOrDefault(name, name);
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            throw new AddressException(
                $"'{KeyRules.Show(region)}' is no region of Oracle Cloud; write it like us-ashburn-1."
            );
        var realm = Realms.GetValueOrDefault(name, defaultRealm ?? "oc1");
        return new Uri($"https://{service}.{name}.{zone}{Domain(realm)}");
    }

    private static string Domain(string realm) =>
        realm switch
        {
            "oc1" => "oraclecloud.com",
            "oc2" or "oc3" => "oraclegovcloud.com",
            "oc4" => "oraclegovcloud.uk",
            "oc19" => "oraclecloud.eu",
            // All others are numbered.
            ['o', 'c', .. var number] when int.TryParse(number, null, out _) =>
                $"oraclecloud{number}.com",
            _ => throw new AddressException(
                $"'{KeyRules.Show(realm)}' in OCI_DEFAULT_REALM is no realm of Oracle Cloud; write it like oc1."
            ),
        };

    private static Dictionary<string, string> Pairs(string text) =>
        text.Split(' ')
            .Select(pair => pair.Split('='))
            .ToDictionary(pair => pair[0], pair => pair[1]);
}
