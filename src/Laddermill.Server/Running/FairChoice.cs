namespace Laddermill.Server.Running;

/// <summary>Which pipeline's job comes next: the highest priority; among equals the pipeline of which fewest run, and then the one that waited longest.</summary>
public static class FairChoice
{
    /// <param name="heads">Each pipeline that has a job ready, and the highest priority among them.</param>
    /// <param name="running">How many jobs of a pipeline run here.</param>
    /// <param name="lastServed">When a pipeline was last chosen, in any growing number; 0: never.</param>
    public static string? Next(
        IEnumerable<(string Pipeline, int Priority)> heads,
        Func<string, int> running,
        Func<string, long> lastServed
    ) =>
        heads
            .OrderByDescending(head => head.Priority)
            .ThenBy(head => running(head.Pipeline))
            .ThenBy(head => lastServed(head.Pipeline))
            .ThenBy(head => head.Pipeline, StringComparer.Ordinal)
            .Select(head => head.Pipeline)
            .FirstOrDefault();
}
