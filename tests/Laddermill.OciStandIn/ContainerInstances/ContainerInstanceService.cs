using System.Collections.Concurrent;
using System.Text;
using Laddermill.OciStandIn.Containers;
using Laddermill.OciStandIn.Identity;
using Microsoft.AspNetCore.Http;

namespace Laddermill.OciStandIn.ContainerInstances;

/// <summary>
/// Container Instances' API of 20210415: create, get, list, delete, containers, retrieveLogs. Containers get a resource principal of
/// their own; what runs for an image is told the stand-in.
/// </summary>
internal sealed class ContainerInstanceService(
    Principals principals,
    Capacity capacity,
    string folder,
    TimeProvider time
) : IDisposable
{
    private const string Compartment = "ocid1.compartment.oc1..standin";

    private readonly Lock gate = new();
    private readonly Dictionary<string, ContainerInstance> byToken = new(StringComparer.Ordinal);

    public ConcurrentDictionary<string, ContainerInstance> Instances { get; } = new();

    /// <summary>By the name that is asked for.</summary>
    public ConcurrentDictionary<string, Image> Images { get; } = new();

    /// <summary>What every container's environment has beside its own: the way to the stand-in.</summary>
    public IReadOnlyList<(string Name, string Value)> Surroundings { get; set; } = [];

    public static bool IsMine(Call call) => call.Target.Segments is ["20210415", ..];

    public Task RunAsync(Call call) =>
        (call.Method, call.Target.Segments) switch
        {
            ("POST", [_, "containerInstances"]) => CreateAsync(call),
            ("GET", [_, "containerInstances"]) => ListAsync(call),
            ("GET", [_, "containerInstances", var id]) => call.AnswerJsonAsync(
                Show(Find(id), whole: true),
                ContainerWire.Default.InstanceAnswer
            ),
            ("DELETE", [_, "containerInstances", var id]) => DeleteAsync(call, id),
            ("GET", [_, "containers"]) => call.AnswerJsonAsync(
                new ContainerListAnswer([
                    .. Instances
                        .Values.Where(i =>
                            call.Target.Value("containerInstanceId") is not { } id || i.Id == id
                        )
                        .Select(ShowContainer),
                ]),
                ContainerWire.Default.ContainerListAnswer
            ),
            ("GET", [_, "containers", var id]) => call.AnswerJsonAsync(
                ShowContainer(FindContainer(id)),
                ContainerWire.Default.ContainerAnswer
            ),
            ("POST", [_, "containers", var id, "actions", "retrieveLogs"]) => LogsAsync(
                call,
                FindContainer(id)
            ),
            _ => throw new Refusal(404, "NotAuthorizedOrNotFound", "There is no such operation."),
        };

    public void Dispose()
    {
        foreach (var instance in Instances.Values)
            instance.Delete();
    }

    private async Task CreateAsync(Call call)
    {
        var details = await call.JsonAsync(ContainerWire.Default.CreateInstanceDetails);
        Check(details);
        var token = call.Header("opc-retry-token");
        ContainerInstance made;
        lock (gate)
        {
            if (token is not null && byToken.TryGetValue(token, out var earlier))
            {
                if (earlier.State == "DELETED")
                    throw new Refusal(
                        409,
                        "InvalidatedRetryToken",
                        "The resource of this retry token was deleted."
                    );
                made = earlier;
            }
            else
            {
                capacity.Check(details.AvailabilityDomain!);
                var name = Guid.NewGuid().ToString("n");
                made = new ContainerInstance(
                    $"ocid1.computecontainerinstance.oc1.iad.{name}",
                    $"ocid1.computecontainer.oc1.iad.{name}",
                    details,
                    time.GetUtcNow()
                );
                Instances[made.Id] = made;
                if (token is not null)
                    byToken[token] = made;
                _ = LiveAsync(made);
            }
        }
        await call.AnswerJsonAsync(
            Show(made, whole: true),
            ContainerWire.Default.InstanceAnswer,
            200,
            ("etag", Guid.NewGuid().ToString()),
            ("opc-work-request-id", Guid.NewGuid().ToString("n"))
        );
    }

    private static void Check(CreateInstanceDetails details)
    {
        if (
            details
            is not {
                CompartmentId.Length: > 0,
                AvailabilityDomain.Length: > 0,
                Shape.Length: > 0,
                ShapeConfig.Ocpus: > 0,
                ShapeConfig.Memory: > 0,
                Containers: [{ ImageUrl.Length: > 0 }],
                Vnics: [{ SubnetId.Length: > 0 }]
            }
        )
            throw Refusal.Invalid("A required field is missing, or there is not one container.");
        if (details.ContainerRestartPolicy is not "NEVER")
            throw Refusal.Invalid("Only containers that are never started again are known here.");
    }

    private async Task LiveAsync(ContainerInstance instance)
    {
        await Task.Delay(capacity.Delay, time);
        var container = instance.Details.Containers![0];
        if (capacity[instance.Details.AvailabilityDomain!] == Shortage.FailsLater)
            instance.Fail("Out of host capacity.");
        else if (!Images.TryGetValue(container.ImageUrl!, out var image))
            instance.Fail($"The image {container.ImageUrl} cannot be pulled.");
        else if (image.Obstacle is { } obstacle)
            instance.Fail(obstacle);
        else
            instance.Start(image.Create(Setup(instance, image, container)));
    }

    private ContainerSetup Setup(
        ContainerInstance instance,
        Image image,
        CreateContainerDetails container
    )
    {
        var mount = new Mount(Path.Combine(folder, instance.Id), "/run/principal");
        principals
            .Tokens.Issue(TimeSpan.FromMinutes(20), "computecontainerinstance", instance.Id)
            .WriteTo(mount.Host, isForAll: image is DockerImage);
        return new ContainerSetup(
            instance.Id,
            [.. container.Command?.Skip(1) ?? [], .. container.Arguments ?? []],
            [
                .. Surroundings,
                .. Session.Variables(image.Seen(mount)),
                .. (container.EnvironmentVariables ?? new Dictionary<string, string>()).Select(v =>
                    (v.Key, v.Value)
                ),
            ],
            [mount]
        )
        {
            EntryPoint = container.Command is [var first, ..] ? first : null,
        };
    }

    private Task ListAsync(Call call)
    {
        var query = call.Target;
        if (query.Value("compartmentId") is not { } compartment)
            throw Refusal.Invalid("'compartmentId' is required.");
        var limit = query.Number("limit") ?? 100;
        var skip = int.TryParse(query.Value("page"), out var page) ? page : 0;
        var all = Instances
            .Values.Where(i =>
                i.Details.CompartmentId == compartment
                && query.Value("displayName") is var name
                && (name is null || name == i.Details.DisplayName)
                && query.Value("lifecycleState") is var state
                && (state is null || state == i.State)
            )
            .OrderBy(i => i.TimeCreated)
            .ThenBy(i => i.Id, StringComparer.Ordinal)
            .ToList();
        return call.AnswerJsonAsync(
            new InstanceListAnswer([.. all.Skip(skip).Take(limit).Select(i => Show(i, false))]),
            ContainerWire.Default.InstanceListAnswer,
            200,
            ("opc-next-page", skip + limit < all.Count ? $"{skip + limit}" : null)
        );
    }

    private Task DeleteAsync(Call call, string id)
    {
        var found = Find(id);
        if (found.State == "DELETED")
            throw new Refusal(409, "IncorrectState", "The instance is deleted.");
        found.Delete();
        return call.AnswerAsync(202, ("opc-work-request-id", Guid.NewGuid().ToString("n")));
    }

    private static Task LogsAsync(Call call, ContainerInstance instance)
    {
        var log = Encoding.UTF8.GetBytes(instance.Log);
        return call.AnswerBodyAsync(
            StatusCodes.Status200OK,
            new MemoryStream(log),
            log.Length,
            ("content-type", "application/octet-stream")
        );
    }

    private ContainerInstance Find(string id) =>
        Instances.GetValueOrDefault(id) ?? throw NotFound(id);

    private ContainerInstance FindContainer(string id) =>
        Instances.Values.FirstOrDefault(i => i.ContainerId == id) ?? throw NotFound(id);

    private static Refusal NotFound(string id) =>
        new(404, "NotAuthorizedOrNotFound", $"Authorization failed or {id} was not found.");

    private static InstanceAnswer Show(ContainerInstance instance, bool whole)
    {
        var details = instance.Details;
        return new(
            instance.Id,
            details.DisplayName ?? "",
            details.CompartmentId ?? Compartment,
            details.AvailabilityDomain!,
            instance.State,
            instance.StateDetails,
            details.Shape!,
            details.ShapeConfig,
            1,
            "NEVER",
            instance.TimeCreated,
            details.FreeformTags ?? new Dictionary<string, string>(),
            whole ? [new(instance.ContainerId, details.Containers![0].DisplayName)] : null,
            whole ? details.Vnics : null
        );
    }

    private static ContainerAnswer ShowContainer(ContainerInstance instance) =>
        new(
            instance.ContainerId,
            instance.Id,
            instance.Details.Containers![0].DisplayName ?? "",
            instance.Details.CompartmentId ?? Compartment,
            instance.Details.AvailabilityDomain!,
            instance.Details.Containers[0].ImageUrl!,
            instance.State,
            instance.ExitCode,
            instance.TimeCreated,
            instance.Details.Containers[0].EnvironmentVariables,
            instance.Details.Containers[0].Arguments
        );
}
