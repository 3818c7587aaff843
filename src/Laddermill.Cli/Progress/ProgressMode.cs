namespace Laddermill.Cli.Progress;

internal enum ProgressMode
{
    /// <summary>Live in a terminal, plain elsewhere.</summary>
    Auto,

    /// <summary>A line every few seconds.</summary>
    Plain,

    /// <summary>JSON, one object a line, on the standard output.</summary>
    Json,

    None,
}
