using System.Collections.Immutable;
using System.Text;

namespace Laddermill.Processes;

/// <summary>One external tool with its arguments: a value; nothing runs before <see cref="ToolProcess.Start"/>.</summary>
/// <param name="FileName">A name that is looked up on PATH, or a path that holds a slash.</param>
/// <param name="Arguments">Handed over one by one: no shell ever sees them.</param>
public sealed record ToolCommand(string FileName, ImmutableArray<string> Arguments)
{
    public ToolEnvironment Environment { get; init; } = ToolEnvironment.Clean;

    /// <summary>What the tool reads from its stdin, part after part; without any its stdin is empty.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> Input { get; init; } = [];

    /// <summary>What it may reach, when it reads what others made; null: a tool that we trust, with all that we may reach.</summary>
    public Confinement? Confinement { get; init; }

    /// <summary>Null: the directory of this process.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>The Debian package that holds the tool, for the message when it is missing; null: named as the tool.</summary>
    public string? Package { get; init; }

    /// <summary>The command as a POSIX shell would take it, for copy and paste.</summary>
    public override string ToString() =>
        string.Join(' ', Arguments.Prepend(FileName).Select(Quote));

    private static string Quote(string word) =>
        word.Length > 0 && word.All(IsPlain)
            ? word
            : new StringBuilder("'").Append(word.Replace("'", "'\\''")).Append('\'').ToString();

    private static bool IsPlain(char letter) =>
        char.IsAsciiLetterOrDigit(letter) || "-_./:=,+@%".Contains(letter);
}
