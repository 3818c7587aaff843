using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Laddermill.Pricing;

namespace Laddermill.Server.Configuration;

/// <summary>The configuration file as it is written. Paths are relative to the file's folder; times are written <c>hh:mm:ss</c>.</summary>
public sealed class ServerOptions
{
    /// <summary>Address to listen on. Anything but loopback needs keys: see <see cref="Access"/>.</summary>
    public string Listen { get; set; } = "http://127.0.0.1:8480";

    /// <summary>What this server is called in the ledger; unique among those that share one. Empty: the machine's name and the port.</summary>
    public string Name { get; set; } = "";

    public LedgerOptions Ledger { get; set; } = new();

    public EngineOptions Engine { get; set; } = new();

    /// <summary>Folder of the profiles that are saved through the server; empty: <c>profiles</c> beside SQLite's file, or beside the configuration with PostgreSQL.</summary>
    public string ProfilesFolder { get; set; } = "";

    /// <summary>Where work comes from and where it goes.</summary>
    public List<PipelineOptions> Pipelines { get; set; } = [];

    /// <summary>Who may send events; each has an address of its own, <c>/events/NAME/SECRET</c>.</summary>
    public List<EventSourceOptions> Events { get; set; } = [];

    public List<WebhookOptions> Webhooks { get; set; } = [];

    public AccessOptions Access { get; set; } = new();

    public StreamsOptions Streams { get; set; } = new();

    public UploadsOptions Uploads { get; set; } = new();

    public TelemetryOptions Telemetry { get; set; } = new();

    public PricesOptions Prices { get; set; } = new();
}

public sealed class LedgerOptions
{
    /// <summary><c>sqlite</c>, one file for one server; or <c>postgresql</c>, which several may share.</summary>
    public string Provider { get; set; } = "sqlite";

    /// <summary>SQLite's file.</summary>
    public string File { get; set; } = "laddermill.db";

    /// <summary>File that holds PostgreSQL's connection string; empty: the environment variable LADDERMILL_LEDGER holds it.</summary>
    public string ConnectionFile { get; set; } = "";

    /// <summary>How long a running job belongs to a server that is not heard of any more; 5 s to 10 min.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);
}

public sealed class EngineOptions
{
    /// <summary><c>process</c>, <c>docker</c> or <c>oci</c>.</summary>
    public string Kind { get; set; } = "process";

    /// <summary>How many jobs run at once; 0: as many as cores and memory carry.</summary>
    public int Slots { get; set; }

    /// <summary>process: the program <c>laddermill</c>; empty: the one beside this server.</summary>
    public string Program { get; set; } = "";

    /// <summary>Settings of the engine: see docs/engines.md.</summary>
    public Dictionary<string, JsonElement> Settings { get; set; } = [];
}

public sealed class PipelineOptions
{
    /// <summary>Letters, digits, <c>-</c> and <c>_</c>; part of addresses.</summary>
    public string Name { get; set; } = "";

    /// <summary>A folder, <c>s3://bucket/prefix</c> or <c>oci://bucket/prefix</c>.</summary>
    public string Source { get; set; } = "";

    /// <summary>Names that start jobs, relative to the source; <c>*</c> stands for anything. Empty: all.</summary>
    public List<string> Include { get; set; } = [];

    /// <summary>Names that start none.</summary>
    public List<string> Exclude { get; set; } = [];

    public string Destination { get; set; } = "";

    /// <summary>The name of a built-in or saved profile, a profile's file, or the profile itself as an object.</summary>
    public JsonNode? Profile { get; set; }

    /// <summary><c>hls</c>, <c>dash</c> or both; empty: both.</summary>
    public List<string> Protocols { get; set; } = [];

    /// <summary><c>ts</c>: HLS with MPEG-TS segments too.</summary>
    public string? Segments { get; set; }

    /// <summary>Higher comes first; -100 to 100.</summary>
    public int Priority { get; set; }

    /// <summary>How often the source is compared with what is done, so that a lost event is only late; 1 s to 1 day.</summary>
    public TimeSpan Reconcile { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Folders: how long a file must have kept its size and time of change; 0 to 10 min.</summary>
    public TimeSpan Settle { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How often a job is tried that fails; 1 to 100.</summary>
    public int MaxAttempts { get; set; } = 3;
}

public sealed class EventSourceOptions
{
    public string Name { get; set; } = "";

    /// <summary>File that holds the secret; empty: the environment variable LADDERMILL_EVENTS_NAME (name in capitals, <c>-</c> as <c>_</c>) holds it.</summary>
    public string SecretFile { get; set; } = "";

    /// <summary>Names of the pipelines that it may start; empty: all.</summary>
    public List<string> Pipelines { get; set; } = [];

    /// <summary>Amazon SNS: ARNs of the topics whose messages are taken; empty: any, as the secret is known to the right ones.</summary>
    public List<string> Topics { get; set; } = [];
}

public sealed class WebhookOptions
{
    public string Name { get; set; } = "";

    public string Url { get; set; } = "";

    /// <summary>File that holds the signing secret (<c>whsec_…</c>, while it is changed the new one and the old one); empty: the environment variable LADDERMILL_WEBHOOK_NAME holds it.</summary>
    public string SecretFile { get; set; } = "";

    /// <summary><c>job.succeeded</c>, <c>job.failed</c>, <c>job.rejected</c>, <c>job.cancelled</c>; empty: all.</summary>
    public List<string> Events { get; set; } = [];
}

public sealed class StreamsOptions
{
    /// <summary>Origins of pages that may play streams from here; <c>*</c>: any.</summary>
    public List<string> CorsOrigins { get; set; } = ["*"];

    /// <summary>Whether streams are open to all; else they need a key with scope read.</summary>
    public bool Public { get; set; } = true;

    /// <summary>What is wrong, each in one sentence.</summary>
    public IEnumerable<string> Problems() =>
        CorsOrigins
            .Where(origin =>
                origin != "*"
                && (
                    !Uri.TryCreate(origin, UriKind.Absolute, out var page)
                    || page.GetLeftPart(UriPartial.Authority) != origin
                )
            )
            .Select(origin =>
                $"streams.corsOrigins holds \"{origin}\"; it must be * or an origin such as https://www.example.org, without a path."
            );
}

/// <summary>What machines cost, so that it can be said what films did and will. All 0: it says nothing.</summary>
public sealed class PricesOptions
{
    /// <summary>Three letters by ISO 4217, such as <c>EUR</c>.</summary>
    public string Currency { get; set; } = "USD";

    /// <summary>Of a virtual processor for an hour.</summary>
    public decimal ProcessorHour { get; set; }

    /// <summary>Of a gigabyte of memory for an hour.</summary>
    public decimal MemoryHour { get; set; }

    /// <summary>How many times as fast a processor of a worker is as one of the server's machine, which makes plans.</summary>
    public double Speed { get; set; } = 1;

    /// <summary>Whether costs are to be told.</summary>
    internal bool AreKnown => ProcessorHour > 0 || MemoryHour > 0;

    /// <summary>Of a machine of so many virtual processors and gigabytes; null where costs are not to be told.</summary>
    internal Prices? For(double processors, double memory) =>
        AreKnown
            ? new Prices(
                Currency,
                (double)ProcessorHour,
                (double)MemoryHour,
                processors,
                memory,
                Speed
            )
            : null;

    /// <summary>What is wrong, each in one sentence.</summary>
    public IEnumerable<string> Problems() =>
        new Prices(Currency, (double)ProcessorHour, (double)MemoryHour, Speed: Speed).Problems(
            "prices."
        );
}

public sealed class TelemetryOptions
{
    public const string OverGrpc = "grpc";
    public const string OverHttp = "http/protobuf";

    /// <summary>Address of an OpenTelemetry collector (OTLP), such as <c>http://localhost:4317</c>; empty: none.</summary>
    public string Otlp { get; set; } = "";

    /// <summary><c>grpc</c> or <c>http/protobuf</c>.</summary>
    public string OtlpProtocol { get; set; } = OverGrpc;

    /// <summary>Log lines as JSON.</summary>
    public bool JsonLogs { get; set; }

    /// <summary>What is wrong, each in one sentence.</summary>
    public IEnumerable<string> Problems()
    {
        if (
            Otlp.Length > 0
            && !(
                Uri.TryCreate(Otlp, UriKind.Absolute, out var address)
                && address.Scheme is "http" or "https"
                && address.UserInfo.Length == 0
            )
        )
        {
            yield return $"telemetry.otlp is \"{Otlp}\"; it must be an address such as http://localhost:4317, without a password.";
        }
        if (OtlpProtocol is not (OverGrpc or OverHttp))
        {
            yield return $"telemetry.otlpProtocol is \"{OtlpProtocol}\"; it must be \"{OverGrpc}\" or \"{OverHttp}\".";
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true
)]
[JsonSerializable(typeof(ServerOptions))]
internal sealed partial class ServerOptionsJson : JsonSerializerContext;
