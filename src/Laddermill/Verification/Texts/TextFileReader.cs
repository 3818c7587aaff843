using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Laddermill.Verification.Texts;

/// <summary>Reads WebVTT strictly (W3C WebVTT §4.1), as far as texts of subtitles go.</summary>
internal static partial class TextFileReader
{
    public static TextFacts Read(string path, ReadOnlySpan<byte> bytes)
    {
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return new(path, bytes.Length, null, [], "it is not UTF-8");
        }
        var blocks = BlankLines()
            .Split(text.ReplaceLineEndings("\n").TrimStart('\ufeff').TrimEnd('\n'));
        var header = blocks[0].Split('\n');
        var problem = Signature().IsMatch(header[0]) ? null : "it does not begin with WEBVTT";
        var map = ReadMap(header, ref problem);
        var cues = ImmutableArray.CreateBuilder<TextCue>();
        foreach (var block in blocks.Skip(1).Where(block => !OtherBlock().IsMatch(block)))
        {
            if (ReadCue(block, out var wrong) is { } cue)
            {
                problem ??=
                    cues.Count > 0 && cue.Start < cues[^1].Start
                        ? $"the cue at {cue.Start} ms comes after one at {cues[^1].Start} ms"
                        : null;
                cues.Add(cue);
            }
            problem ??= wrong;
        }
        return new(path, bytes.Length, map, cues.DrainToImmutable(), problem);
    }

    private static TextCue? ReadCue(string block, out string? wrong)
    {
        var lines = block.Split('\n');
        var at = Array.FindIndex(lines, line => line.Contains("-->", StringComparison.Ordinal));
        var timing = Timing().Match(at < 0 ? "" : lines[at]);
        if (at is < 0 or > 1 || !timing.Success)
        {
            wrong = $"'{lines[Math.Max(0, at)]}' is no cue";
            return null;
        }
        var (start, end) = (Milliseconds(timing, "from"), Milliseconds(timing, "until"));
        var body = string.Join('\n', lines[(at + 1)..]);
        wrong =
            end <= start ? $"the cue at {start} ms ends at {end} ms"
            : body.Length == 0 ? $"the cue at {start} ms has no text"
            : body.Contains("-->", StringComparison.Ordinal)
                ? $"the cue at {start} ms has an arrow in its text"
            : BareSign().IsMatch(body) ? $"the cue at {start} ms has a bare & or <"
            : null;
        return new(start, end, $"{timing.Groups["settings"].Value}\n{body}");
    }

    private static (long, long)? ReadMap(string[] header, ref string? problem)
    {
        if (
            Array.Find(header, line => line.StartsWith("X-TIMESTAMP-MAP", StringComparison.Ordinal))
            is not { } line
        )
        {
            return null;
        }
        var match = Map().Match(line);
        if (!match.Success)
        {
            problem ??= $"'{line}' cannot be read";
            return null;
        }
        return (
            long.Parse(match.Groups["mpegts"].ValueSpan, CultureInfo.InvariantCulture),
            Milliseconds(match, "local")
        );
    }

    private static long Milliseconds(Match match, string group)
    {
        var parts = match.Groups[group].Value.Split(':', '.');
        var numbers = parts.Select(part => long.Parse(part, CultureInfo.InvariantCulture)).ToList();
        var seconds = numbers.SkipLast(1).Aggregate(0L, (sum, number) => sum * 60 + number);
        return seconds * 1000 + numbers[^1];
    }

    private const string Time = "(?:[0-9]{2,6}:)?[0-5][0-9]:[0-5][0-9]\\.[0-9]{3}";

    [GeneratedRegex("^WEBVTT(?:[ \\t].*)?$")]
    private static partial Regex Signature();

    [GeneratedRegex("\\n{2,}")]
    private static partial Regex BlankLines();

    [GeneratedRegex("^(?:NOTE(?:[ \\t\\n]|$)|STYLE[ \\t]*\\n|REGION[ \\t]*\\n)")]
    private static partial Regex OtherBlock();

    [GeneratedRegex(
        $"^(?<from>{Time})[ \\t]+-->[ \\t]+(?<until>{Time})(?:[ \\t]+(?<settings>.*))?$"
    )]
    private static partial Regex Timing();

    [GeneratedRegex(
        $"^X-TIMESTAMP-MAP=(?:MPEGTS:(?<mpegts>[0-9]{{1,10}}),LOCAL:(?<local>{Time})|LOCAL:(?<local>{Time}),MPEGTS:(?<mpegts>[0-9]{{1,10}}))$"
    )]
    private static partial Regex Map();

    [GeneratedRegex(
        "&(?!(?:amp|lt|gt|nbsp|lrm|rlm);)|<(?!/?(?:b|i|u|c|v|lang|ruby|rt|[0-9])[^<\\n]*>)"
    )]
    private static partial Regex BareSign();
}
