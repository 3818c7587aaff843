namespace Laddermill.Server.Tests.Telemetry;

/// <summary>Meters and sources of spans are the whole process's: these tests run one after the other, when no other server runs.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TelemetryCollection
{
    public const string Name = "Telemetry";
}
