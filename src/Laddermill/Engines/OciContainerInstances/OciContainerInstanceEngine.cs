using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Laddermill.Storage;
using Laddermill.Storage.Oci;

namespace Laddermill.Engines.OciContainerInstances;

/// <summary>
/// Runs each attempt in a container instance of Oracle Cloud of its own, which ends with it and is never deleted by the platform. Job and attempt are
/// in the instance's tags; the token of the request is made of them, so that a start whose answer was lost starts nothing twice.
/// </summary>
public sealed class OciContainerInstanceEngine : IEngine, IDisposable
{
    public const string JobTag = "laddermill-job";
    public const string AttemptTag = "laddermill-attempt";

    private const string DisplayName = "transcode";
    private const string ContainerName = "transcoder";

    private readonly ContainerInstanceOptions options;
    private readonly ContainerInstancesClient client;

    /// <param name="retries">How often a request is tried again that may go right another time.</param>
    /// <exception cref="AddressException">No region is known.</exception>
    public OciContainerInstanceEngine(
        ContainerInstanceOptions options,
        OciOptions access,
        TimeProvider time,
        int retries = 2
    )
    {
        this.options = options;
        client = new ContainerInstancesClient(new OciClient(access.ForContainers(), time, retries));
    }

    public async Task<EngineRun> StartAsync(EngineWork work, CancellationToken cancellation)
    {
        var refusals = new List<string>();
        foreach (var domain in options.AvailabilityDomains)
        {
            try
            {
                var made = await CreateAsync(work, domain, cancellation).ConfigureAwait(false);
                return Run(made, work.Job, work.Attempt);
            }
            catch (OciRefusal refusal) when (refusal.IsOutOfCapacity)
            {
                refusals.Add($"{domain}: {Words(refusal)}");
            }
            catch (Exception e) when (OciErrors.IsOurs(e))
            {
                throw Failed($"start a container instance in {domain}", e);
            }
        }
        throw new EngineFullException(
            $"There is no room for a container instance ({string.Join("; ", refusals)})."
        );
    }

    public async Task<EngineRun?> LookAsync(string id, CancellationToken cancellation)
    {
        try
        {
            var found = await client.GetAsync(id, cancellation).ConfigureAwait(false);
            if (Own(found) is not { } run)
            {
                return null;
            }
            if (run.State == EngineState.Starting || found.Containers is not [var first, ..])
            {
                return run;
            }
            var container = await client
                .GetContainerAsync(first.ContainerId, cancellation)
                .ConfigureAwait(false);
            return container.ExitCode is { } code
                ? run with
                {
                    State = EngineState.Ended,
                    ExitCode = code,
                    Detail = container.LifecycleDetails ?? run.Detail,
                }
                : run;
        }
        catch (OciRefusal refusal) when (refusal.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
        catch (Exception e) when (OciErrors.IsOurs(e))
        {
            throw Failed($"look up container instance {id}", e);
        }
    }

    public async IAsyncEnumerable<EngineRun> ListAsync(
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        string? page = null;
        do
        {
            IReadOnlyList<Instance> found;
            try
            {
                (found, page) = await client
                    .ListAsync(options.Compartment, DisplayName, page, cancellation)
                    .ConfigureAwait(false);
            }
            catch (Exception e) when (OciErrors.IsOurs(e))
            {
                throw Failed($"list the container instances of {options.Compartment}", e);
            }
            foreach (var instance in found)
            {
                if (Own(instance) is { } run)
                {
                    yield return run;
                }
            }
        } while (page is not null);
    }

    public async Task<string> ReadLogAsync(string id, CancellationToken cancellation)
    {
        try
        {
            var found = await client.GetAsync(id, cancellation).ConfigureAwait(false);
            return found.Containers is [var first, ..]
                ? await client
                    .RetrieveLogsAsync(first.ContainerId, cancellation)
                    .ConfigureAwait(false)
                : "";
        }
        catch (OciRefusal refusal)
            when (refusal.Status is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
            return "";
        }
        catch (Exception e) when (OciErrors.IsOurs(e))
        {
            throw Failed($"read the log of container instance {id}", e);
        }
    }

    public async Task RemoveAsync(string id, CancellationToken cancellation)
    {
        try
        {
            await client.DeleteAsync(id, cancellation).ConfigureAwait(false);
        }
        // Gone, or going.
        catch (OciRefusal refusal)
            when (refusal.Status is HttpStatusCode.NotFound or HttpStatusCode.Conflict) { }
        catch (Exception e) when (OciErrors.IsOurs(e))
        {
            throw Failed($"delete container instance {id}", e);
        }
    }

    public void Dispose() => client.Dispose();

    /// <summary>36 characters at most, letters and digits: what the service takes for certain.</summary>
    internal static string RetryToken(EngineWork work, string domain) =>
        Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes($"{work.Job}\n{work.Attempt}\n{domain}"))
        )[..32];

    private async Task<Instance> CreateAsync(
        EngineWork work,
        string domain,
        CancellationToken cancellation
    )
    {
        var wanted = Describe(work, domain);
        try
        {
            return await client
                .CreateAsync(wanted, RetryToken(work, domain), cancellation)
                .ConfigureAwait(false);
        }
        // What an earlier start of this attempt made was deleted since: its token makes nothing any more.
        catch (OciRefusal refusal) when (refusal.Code == "InvalidatedRetryToken")
        {
            return await client
                .CreateAsync(wanted, Guid.NewGuid().ToString("n"), cancellation)
                .ConfigureAwait(false);
        }
    }

    private CreateInstance Describe(EngineWork work, string domain) =>
        new(
            options.Compartment,
            domain,
            DisplayName,
            options.Shape,
            new InstanceShape(options.Ocpus, options.Memory),
            "NEVER",
            [new CreateContainer(options.Image, ContainerName, work.Arguments, work.Environment)],
            [new CreateVnic(options.Subnet)],
            ImmutableSortedDictionary.CreateRange<string, string>([
                new(JobTag, work.Job),
                new(AttemptTag, work.Attempt.ToString(CultureInfo.InvariantCulture)),
            ])
        );

    /// <summary>Null for instances that others made, and for those that are deleted.</summary>
    private static EngineRun? Own(Instance instance) =>
        instance.LifecycleState is not ("DELETING" or "DELETED")
        && instance.FreeformTags is { } tags
        && tags.TryGetValue(JobTag, out var job)
        && tags.TryGetValue(AttemptTag, out var text)
        && int.TryParse(text, CultureInfo.InvariantCulture, out var attempt)
            ? Run(instance, job, attempt)
            : null;

    private static EngineRun Run(Instance instance, string job, int attempt) =>
        new(
            instance.Id,
            job,
            attempt,
            instance.LifecycleState switch
            {
                "CREATING" => EngineState.Starting,
                "INACTIVE" or "FAILED" => EngineState.Ended,
                _ => EngineState.Running,
            },
            Detail: instance.LifecycleDetails
        );

    private static EngineException Failed(string doing, Exception e) =>
        new(
            e is OciRefusal refusal
                ? $"Cannot {doing}: {Words(refusal)}"
                : $"Cannot {doing}: {(e.InnerException ?? e).Message}.",
            e
        );

    private static string Words(OciRefusal refusal) =>
        $"the service answered {(int)refusal.Status} {refusal.Code} (request id {KeyRules.Show(refusal.RequestId ?? "none")}): {KeyRules.Show(refusal.Message).TrimEnd('.', ' ')}";
}
