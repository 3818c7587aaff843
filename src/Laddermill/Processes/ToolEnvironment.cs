using System.Collections.Immutable;

namespace Laddermill.Processes;

/// <summary>
/// The environment variables that a tool gets. Credentials live in ours, so a tool starts from almost nothing.
/// </summary>
/// <param name="InheritsAll">Whether every variable of this process is handed on.</param>
/// <param name="Variables">Set on top; win over inherited ones.</param>
public sealed record ToolEnvironment(
    bool InheritsAll,
    ImmutableSortedDictionary<string, string> Variables
)
{
    private static readonly string[] Kept = ["PATH", "HOME", "TMPDIR"];

    /// <summary>Nothing but PATH, HOME, TMPDIR as they are here, and a fixed LANG (tools print numbers by locale).</summary>
    public static ToolEnvironment Clean { get; } =
        new(false, ImmutableSortedDictionary<string, string>.Empty.Add("LANG", "C.UTF-8"));

    /// <summary>Everything of this process: only for programs that we trust with our credentials.</summary>
    public static ToolEnvironment Inherited { get; } =
        new(true, ImmutableSortedDictionary<string, string>.Empty);

    public ToolEnvironment With(string name, string value) =>
        this with
        {
            Variables = Variables.SetItem(name, value),
        };

    internal void CopyTo(IDictionary<string, string?> target)
    {
        if (!InheritsAll)
        {
            foreach (var name in target.Keys.Except(Kept).ToList())
            {
                target.Remove(name);
            }
        }
        foreach (var (name, value) in Variables)
        {
            target[name] = value;
        }
    }
}
