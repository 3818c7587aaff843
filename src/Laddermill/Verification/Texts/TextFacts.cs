using System.Collections.Immutable;
using Laddermill.Verification.Model;

namespace Laddermill.Verification.Texts;

/// <summary>What a WebVTT file holds.</summary>
/// <param name="Map">MPEG-2 time (90 kHz) and local time (milliseconds) of X-TIMESTAMP-MAP; null without one.</param>
/// <param name="Problem">The first thing that a strict reader would not take; null when there is nothing.</param>
public sealed record TextFacts(
    string Path,
    long Bytes,
    (long Mpegts, long Local)? Map,
    ImmutableArray<TextCue> Cues,
    string? Problem
) : FileFacts(Path, Bytes);

/// <param name="Start">Milliseconds.</param>
/// <param name="End">Milliseconds.</param>
/// <param name="Text">Its lines as they stand, settings included.</param>
public readonly record struct TextCue(long Start, long End, string Text);
