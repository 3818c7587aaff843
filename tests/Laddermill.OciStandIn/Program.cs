using System.Globalization;
using System.Runtime.InteropServices;
using Laddermill.OciStandIn;
using Laddermill.OciStandIn.Containers;

// The stand-in by itself. See Usage.
const string Usage = """
    usage: dotnet run --project tests/Laddermill.OciStandIn -- [--port N] [--folder FOLDER] [--bucket NAME]... [--faults Error500=0.05,...]

    Listens on 127.0.0.1 until it is interrupted. FOLDER (a new one where none is given) gets a config file with an API key, and the files of a resource
    principal. What to set in the environment of clients is printed, one variable a line.

    usage: … demo FILM FOLDER UPLOADER WORKER FUNCTION

    Shows the whole flow: scripts/oci-demo knows the words. WORKER and FUNCTION are programs, or docker:IMAGE.
    """;

if (args is ["demo", var film, var target, var uploader, var worker, var dispatcher])
{
    var engine = Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } host
        ? host
        : "unix:///var/run/docker.sock";
    Image Named(string words) =>
        words.StartsWith("docker:", StringComparison.Ordinal)
            ? new DockerImage(words["docker:".Length..], engine)
            : new CommandImage(words);
    return await new Demo(Named(worker), Named(dispatcher), uploader, target).RunAsync(film);
}

var port = 0;
string? folder = null;
var buckets = new List<string>();
var faults = "";
for (var i = 0; i < args.Length; i += 2)
{
    var value = i + 1 < args.Length ? args[i + 1] : "";
    switch (args[i])
    {
        case "--port" when int.TryParse(value, CultureInfo.InvariantCulture, out port):
            break;
        case "--folder" when value.Length > 0:
            folder = Path.GetFullPath(value);
            break;
        case "--bucket" when value.Length > 0:
            buckets.Add(value);
            break;
        case "--faults":
            faults = value;
            break;
        default:
            Console.Error.WriteLine(Usage);
            return 2;
    }
}

await using var standIn = await StandIn.StartAsync(port);
folder ??= Directory.CreateTempSubdirectory("oci-stand-in-config-").FullName;
foreach (var bucket in buckets)
    standIn.CreateBucket(bucket);
standIn.Faults.Set(faults);
var config = standIn.Principals.CreateApiKey().WriteTo(folder);
standIn.Principals.Tokens.Issue(TimeSpan.FromHours(12)).WriteTo(folder);
Console.WriteLine($"LADDERMILL_OCI_ENDPOINT={standIn.Address.ToString().TrimEnd('/')}");
Console.WriteLine($"OCI_CONFIG_FILE={config}");
Console.Out.Flush();

var ended = new TaskCompletionSource();
void End(PosixSignalContext signal)
{
    signal.Cancel = true;
    ended.TrySetResult();
}
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
await ended.Task;
return 0;
