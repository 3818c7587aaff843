using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Laddermill.Engines.OciContainerInstances;
using Laddermill.Events;
using Laddermill.Jobs;
using Laddermill.Ladders;

namespace Laddermill.Dispatching;

/// <summary>Reads the configuration as a whole, and tells all that is wrong with it at once.</summary>
public sealed class DispatchOptionsReader
{
    private static readonly string[] Endpoints =
    [
        "LADDERMILL_OCI_ENDPOINT",
        "LADDERMILL_OCI_AUTH",
        "OCI_DEFAULT_REALM",
    ];

    private readonly Func<string, string?> variable;
    private readonly ImmutableArray<string>.Builder problems =
        ImmutableArray.CreateBuilder<string>();

    private DispatchOptionsReader(Func<string, string?> variable) => this.variable = variable;

    /// <param name="variable">Configuration keys, which functions get as environment variables.</param>
    /// <exception cref="ConfigurationException">Something is missing or impossible.</exception>
    public static DispatchOptions Read(Func<string, string?> variable) =>
        new DispatchOptionsReader(variable).Read();

    private DispatchOptions Read()
    {
        var instances = new ContainerInstanceOptions(
            Required("COMPARTMENT_ID"),
            List("AVAILABILITY_DOMAIN"),
            Required("SHAPE"),
            Number("CONFIG_SHAPE_OCPUS"),
            Number("CONFIG_SHAPE_MEMORY"),
            Required("IMAGE_URL"),
            Required("SUBNET_ID")
        );
        var output = Required("OUTPUT_BUCKET");
        var protocols = Required("STREAMING_PROTOCOL").ToUpperInvariant();
        var profile = Optional(BucketJob.ProfileVariable);
        var options = new DispatchOptions(
            instances,
            output,
            protocols,
            profile,
            Terms(protocols, profile),
            Optional("INPUT_BUCKET"),
            NameRules.Parse(Optional("INCLUDE_NAMES"), Optional("EXCLUDE_NAMES")),
            Attempts(),
            Optional("PROJECT_NAME") ?? "Transcode",
            Endpoints
                .Where(name => Optional(name) is not null)
                .ToImmutableSortedDictionary(name => name, name => Optional(name)!)
        );
        return problems.Count == 0
            ? options
            : throw new ConfigurationException(problems.ToImmutable());
    }

    private string? Optional(string name) =>
        variable(name)?.Trim() is { Length: > 0 } value ? value : null;

    private string Required(string name)
    {
        if (Optional(name) is { } value)
        {
            return value;
        }
        problems.Add($"{name} is not set.");
        return "";
    }

    private ImmutableArray<string> List(string name) =>
        [
            .. Required(name)
                .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        ];

    private decimal Number(string name)
    {
        var text = Required(name);
        if (
            decimal.TryParse(text, CultureInfo.InvariantCulture, out var number)
            && number is > 0 and <= 2048
        )
        {
            return number;
        }
        if (text.Length > 0)
        {
            problems.Add($"{name} is '{text}'; it must be a number such as 4.");
        }
        return 1;
    }

    private int Attempts()
    {
        var text = Optional("MAX_ATTEMPTS") ?? "3";
        if (
            int.TryParse(text, CultureInfo.InvariantCulture, out var count)
            && count is > 0 and < 100
        )
        {
            return count;
        }
        problems.Add($"MAX_ATTEMPTS is '{text}'; it must be a whole number from 1 to 99.");
        return 1;
    }

    private JobTerms Terms(string protocols, string? profile)
    {
        if (protocols.Length > 0)
        {
            try
            {
                return JobTerms.Of(BucketJob.Document("b", "o", "d", protocols, profile));
            }
            catch (ArgumentException)
            {
                problems.Add(
                    $"STREAMING_PROTOCOL is '{protocols}'; it must be HLS, DASH or HLS,DASH."
                );
            }
            catch (Exception wrong) when (wrong is ProfileException or JsonException)
            {
                problems.Add($"{BucketJob.ProfileVariable} cannot be used: {wrong.Message}");
            }
        }
        return new JobTerms([], Profiles.Load("default"));
    }
}
