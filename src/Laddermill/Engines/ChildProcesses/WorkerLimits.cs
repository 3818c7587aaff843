using System.Text.Json;
using System.Text.Json.Serialization;

namespace Laddermill.Engines.ChildProcesses;

/// <summary>How much of the machine one worker may take, with all that it starts.</summary>
public sealed record WorkerLimits
{
    private const double Gibibyte = 1L << 30;

    /// <summary>Who is served last: 0 is served like everybody, 19 gets what nobody else wants (nice(1)).</summary>
    public int Niceness { get; set; } = 10;

    /// <summary>GiB, without swap. Who needs more is killed. Null: as much as there is.</summary>
    public double? Memory { get; set; }

    /// <summary>Cores; null: all.</summary>
    public double? Cpus { get; set; }

    internal long? MemoryBytes => (long?)(Memory * Gibibyte);

    /// <summary>Whether control groups are needed to hold them.</summary>
    internal bool NeedGroups => Memory is not null || Cpus is not null;

    /// <summary>As a configuration has them; what it leaves out is as above.</summary>
    /// <exception cref="JsonException">Something has another form, or a name that there is not.</exception>
    public static WorkerLimits Read(JsonElement settings) =>
        settings.Deserialize(WorkerLimitsJson.Default.WorkerLimits)
        ?? throw new JsonException("The limits of workers are null.");

    /// <summary>What is wrong with them, each in one sentence; none: they can be used.</summary>
    public IEnumerable<string> Problems()
    {
        if (Niceness is < 0 or > 19)
        {
            yield return $"The niceness is {Niceness}; it must be from 0 to 19.";
        }
        // The runtime alone takes some 50 MiB.
        if (Memory is not (null or (>= 0.0625 and <= 1 << 20)))
        {
            yield return $"The memory is {Memory} GiB; it must be 0.0625 or more.";
        }
        if (Cpus is not (null or (>= 0.01 and <= 1 << 20)))
        {
            yield return $"There are {Cpus} CPUs; there must be 0.01 or more.";
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow
)]
[JsonSerializable(typeof(WorkerLimits))]
internal sealed partial class WorkerLimitsJson : JsonSerializerContext;
