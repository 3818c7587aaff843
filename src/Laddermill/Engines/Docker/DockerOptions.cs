using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Laddermill.Engines.Docker;

/// <summary>What containers of workers are made like.</summary>
public sealed partial record DockerOptions
{
    private const double Gibibyte = 1L << 30;

    /// <summary>Of a worker; its entry point is <c>laddermill</c>. It must be on the engine: nothing is pulled.</summary>
    public string Image { get; set; } = "laddermill/worker";

    /// <summary>Whose containers they are: installations that share a Docker Engine have different ones. Small letters, digits and hyphens.</summary>
    public string Owner { get; set; } = "main";

    /// <summary>Where the Docker Engine listens: a Unix socket, or <c>tcp://HOST:PORT</c> on a network that all may trust.</summary>
    public string Endpoint { get; set; } = "unix:///var/run/docker.sock";

    /// <summary>Cores; null: all.</summary>
    public double? Cpus { get; set; }

    /// <summary>GiB, without swap. Who needs more is killed.</summary>
    public double Memory { get; set; } = 4;

    /// <summary>How many runs there may be at once; null: as many as the machine's memory carries.</summary>
    public int? Slots { get; set; }

    /// <summary>A network of the Docker Engine, <c>bridge</c>, <c>host</c>, or <c>none</c> where all stores are folders.</summary>
    public string Network { get; set; } = "bridge";

    /// <summary>Folders that workers see: those that are stores.</summary>
    public ImmutableArray<DockerMount> Mounts { get; set; } = [];

    /// <summary>Names of variables that workers get from our environment, such as those of credentials. Who may ask the Docker Engine sees their values.</summary>
    public ImmutableArray<string> Environment { get; set; } = [];

    /// <summary>Such as <c>1000:1000</c>: must be able to write where results go; null: the image's.</summary>
    public string? User { get; set; }

    /// <summary>How long a run that is removed has to end by itself, so that it leaves no playlist of what is not complete.</summary>
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(15);

    internal long MemoryBytes => (long)(Memory * Gibibyte);

    /// <summary>As a configuration has them; what it leaves out is as above.</summary>
    /// <exception cref="JsonException">Something has another form, or a name that there is not.</exception>
    public static DockerOptions Read(JsonElement settings) =>
        settings.Deserialize(DockerOptionsJson.Default.DockerOptions)
        ?? throw new JsonException("The settings of the Docker engine are null.");

    /// <summary>What is wrong with them, each in one sentence; none: they can be used.</summary>
    public IEnumerable<string> Problems()
    {
        if (string.IsNullOrWhiteSpace(Image))
        {
            yield return "There is no image; name that of a worker, such as \"laddermill/worker\".";
        }
        if (!OwnerForm().IsMatch(Owner))
        {
            yield return $"The owner is \"{Owner}\"; it must be of up to 40 small letters, digits and hyphens, and begin with no hyphen.";
        }
        if (
            !Uri.TryCreate(Endpoint, UriKind.Absolute, out var endpoint)
            || endpoint.Scheme is not ("unix" or "tcp" or "http")
        )
        {
            yield return $"The endpoint is \"{Endpoint}\"; it must be like \"unix:///var/run/docker.sock\" or \"tcp://host:2375\".";
        }
        if (Cpus is <= 0)
        {
            yield return $"There are {Cpus} CPUs; there must be more than 0.";
        }
        // The runtime alone takes some 50 MiB.
        if (Memory is not (>= 0.0625 and <= 1 << 20))
        {
            yield return $"The memory is {Memory} GiB; it must be 0.0625 or more.";
        }
        if (Slots is < 1)
        {
            yield return $"There are {Slots} slots; there must be 1 or more.";
        }
        foreach (var mount in Mounts.Where(mount => !mount.IsAbsolute))
        {
            yield return $"The mount of \"{mount.Source}\" at \"{mount.Target}\" must have two absolute paths.";
        }
        if (Grace < TimeSpan.Zero || Grace > TimeSpan.FromHours(1))
        {
            yield return $"The grace is {Grace}; it must be between 0 and 1 hour.";
        }
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,39}\z")]
    private static partial Regex OwnerForm();
}

/// <summary>A folder of the Docker Engine's machine that workers see.</summary>
/// <param name="Target">Where they see it.</param>
/// <param name="IsWritable">Destinations are; sources are better not.</param>
public sealed record DockerMount(
    string Source,
    string Target,
    [property: JsonPropertyName("writable")] bool IsWritable = false
)
{
    internal bool IsAbsolute => Source.StartsWith('/') && Target.StartsWith('/') && Target != "/";
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(DockerOptions))]
internal sealed partial class DockerOptionsJson : JsonSerializerContext;
