using System.Collections.Immutable;

namespace Laddermill.Subtitles;

/// <summary>How a text of subtitles is written.</summary>
public enum SubtitleFormat
{
    /// <summary>SubRip.</summary>
    Srt,

    /// <summary>WebVTT.</summary>
    Vtt,

    /// <summary>SubStation Alpha, both versions.</summary>
    Ass,
}

/// <summary>One text and when it is shown.</summary>
/// <param name="Start">Milliseconds of the film.</param>
/// <param name="End">Milliseconds, after <paramref name="Start"/>.</param>
/// <param name="Text">WebVTT cue text: escaped, no blank line, no tags but <c>b</c>, <c>i</c> and <c>u</c>.</param>
/// <param name="Settings">WebVTT cue settings, such as <c>line:0</c>; mostly empty.</param>
public sealed record Cue(long Start, long End, string Text, string Settings = "");

/// <summary>What was read.</summary>
/// <param name="Cues">In order of time.</param>
/// <param name="Warnings">What could not be read or was left out, in sentences; empty when all is well.</param>
public sealed record SubtitleText(ImmutableArray<Cue> Cues, ImmutableArray<string> Warnings);
