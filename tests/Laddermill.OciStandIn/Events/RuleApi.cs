using System.Collections.Concurrent;
using System.Text.Json;
using Laddermill.OciStandIn.Functions;

namespace Laddermill.OciStandIn.Events;

/// <summary>Rules of Events by its API of 20181201: create, get, list, delete. What matches calls functions.</summary>
/// <param name="find">A function by its OCID.</param>
internal sealed class RuleApi(
    EventService events,
    Func<string, CloudFunction?> find,
    TimeProvider time
)
{
    private readonly ConcurrentDictionary<string, (RuleAnswer Rule, IDisposable Listening)> rules =
        new();

    public static bool IsMine(Call call) => call.Target.Segments is ["20181201", "rules", ..];

    public Task RunAsync(Call call) =>
        (call.Method, call.Target.Segments) switch
        {
            ("POST", [_, _]) => CreateAsync(call),
            ("GET", [_, _]) => call.AnswerJsonAsync(
                [
                    .. rules
                        .Values.Select(kept => kept.Rule)
                        .Where(rule => rule.CompartmentId == call.Target.Value("compartmentId"))
                        .OrderBy(rule => rule.TimeCreated),
                ],
                RuleWire.Default.IReadOnlyListRuleAnswer
            ),
            ("GET", [_, _, var id]) when rules.TryGetValue(id, out var kept) =>
                call.AnswerJsonAsync(kept.Rule, RuleWire.Default.RuleAnswer),
            ("DELETE", [_, _, var id]) when rules.TryRemove(id, out var kept) => EndAsync(
                call,
                kept.Listening
            ),
            _ => throw new Refusal(404, "NotAuthorizedOrNotFound", "There is no such rule."),
        };

    private async Task CreateAsync(Call call)
    {
        var details = await call.JsonAsync(RuleWire.Default.CreateRuleDetails);
        if (
            details
            is not {
                DisplayName.Length: > 0,
                IsEnabled: { } isEnabled,
                CompartmentId.Length: > 0,
                Condition: { } condition,
                Actions.Actions: { Count: > 0 } actions
            }
        )
            throw Refusal.Invalid("A required field is missing.");
        var functions = actions
            .Where(action => action.IsEnabled == true)
            .Select(action =>
                action is { ActionType: "FAAS", FunctionId: { } id } && find(id) is { } found
                    ? found
                    : throw Refusal.Invalid("Only actions that call a known function are known.")
            )
            .ToList();
        var rule = new RuleAnswer(
            $"ocid1.eventrule.oc1.iad.{Guid.NewGuid():n}",
            details.DisplayName,
            details.CompartmentId,
            isEnabled,
            condition,
            details.Actions,
            isEnabled ? "ACTIVE" : "INACTIVE",
            time.GetUtcNow()
        );
        rules[rule.Id] = (rule, Listen(condition, isEnabled ? functions : []));
        await call.AnswerJsonAsync(rule, RuleWire.Default.RuleAnswer);
    }

    private IDisposable Listen(string condition, List<CloudFunction> functions)
    {
        try
        {
            return events.AddRule(
                condition,
                text =>
                    Task.WhenAll(
                        functions.Select(function =>
                            function.InvokeAsync(text, CancellationToken.None)
                        )
                    )
            );
        }
        catch (JsonException)
        {
            throw Refusal.Invalid("The condition is no JSON.");
        }
    }

    private static Task EndAsync(Call call, IDisposable listening)
    {
        listening.Dispose();
        return call.AnswerAsync(204);
    }
}
