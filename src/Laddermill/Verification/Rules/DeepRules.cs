using System.Collections.Immutable;
using Laddermill.Verification.Model;

namespace Laddermill.Verification.Rules;

/// <summary>What only decoding tells.</summary>
internal static class DeepRules
{
    public static ImmutableArray<Rule> All { get; } =
    [
        Rule.Gate(
            "deep.decodes",
            "CMAF 7.3.2.4; HLS-AUTH 7.4, 6.10",
            "Every segment, and every byte range of an I-frame playlist, decodes by itself after its init segment, without an error and to as many frames as it says.",
            Decodes
        ),
    ];

    private static void Decodes(Output output, Sheet sheet)
    {
        if (output.DecodeFindings is not { } findings)
        {
            sheet.Skip("only with --deep");
            return;
        }
        sheet.Count(output.Whole.Sum(each => each.Segments.Length));
        foreach (var finding in findings)
        {
            sheet.Fail(finding.Where, finding.Found);
        }
    }
}
