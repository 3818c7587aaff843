namespace Laddermill.Jobs;

/// <summary>One step of a job as it was: workers tell them at the end, and whoever asked makes them part of a trace.</summary>
/// <param name="Name"><c>probe</c>, <c>scan</c>, <c>plan</c>, <c>encode</c>, <c>verify</c> or <c>publish</c>.</param>
/// <param name="Start">By the worker's clock.</param>
/// <param name="Seconds">Until the next one, or the end.</param>
public sealed record JobPhase(string Name, DateTimeOffset Start, double Seconds);
