using System.Text;
using Laddermill.Verification.Rules;

namespace Laddermill.Verification.Reports;

/// <summary>The catalogue as a page of the documentation (<c>docs/rules.md</c>), written from the rules themselves.</summary>
public static class RulePage
{
    public static string Write()
    {
        var page = new StringBuilder(Introduction);
        foreach (var (group, title) in RuleCatalogue.Groups)
        {
            page.Append("\n## ").Append(title).Append("\n\n");
            page.Append(
                "| Rule | Class | Level | What must be | Source |\n|---|---|---|---|---|\n"
            );
            foreach (var rule in RuleCatalogue.All.Where(rule => rule.Group == group))
            {
                page.Append("| `").Append(rule.Id).Append("` | ");
                page.Append(rule.Class == RuleClass.Gate ? "**gate**" : "advice").Append(" | ");
                page.Append(rule.Level == RuleLevel.Must ? "MUST" : "SHOULD").Append(" | ");
                page.Append(rule.Meaning);
                if (rule.Decision is { } decision)
                {
                    page.Append(" *Where we do not keep it: ").Append(decision).Append('*');
                }
                page.Append(" | ").Append(rule.Source).Append(" |\n");
            }
        }
        return page.ToString();
    }

    private const string Introduction = """
        # Rules

        `laddermill verify OUTPUT` reads a published folder (or its `master.m3u8` or `dash.mpd`) with a reader that shares no code with the
        writer, and looks at it with every rule below. A running job does the same with the bytes as they go out and publishes nothing that breaks
        a gate rule; its report lies in `<revision>/verify.json`.

        - A **gate** rule is one without which something does not play right. One broken gate rule: exit code 1, nothing is published.
        - An **advice** is a platform's certification, delivery or taste. It is reported; where we decide against it, the reason stands with it.

        `--deep` also decodes every segment by itself with ffmpeg, and every picture of the I-frame playlists. `--schema FOLDER` checks the manifest against
        `DASH-MPD.xsd` and `xlink.xsd` of [MPEGGroup/DASHSchema](https://github.com/MPEGGroup/DASHSchema) in that folder.

        HLS-AUTH is Apple's *HLS Authoring Specification for Apple Devices* (June 2025), CMAF is ISO/IEC 23000-19, DASH-IF TIMING and IOP are the DASH Industry
        Forum's guidelines, DVB-DASH is ETSI TS 103 285, CTA-5001 and CTA-5005 are of the Consumer Technology Association.

        This page is written from the rules themselves: a test holds it equal, and rewrites it when `LADDERMILL_WRITE_DOCS=1` is set.

        ## The report in JSON

        `--json` and `verify.json` are one object:

        | Field | What it is |
        |---|---|
        | `format` | 1; raised when a field changes its meaning or goes |
        | `output` | the output's address |
        | `verdict` | `pass` when every gate rule holds, else `fail` |
        | `gate`, `advice` | how many rules of the class are `pass`, `fail`, `notApplicable`, `skipped` |
        | `results[]` | one for each rule, in the order of this page |
        | `results[].rule`, `source`, `level`, `class` | as on this page; `level` is `MUST` or `SHOULD`, `class` is `gate` or `advice` |
        | `results[].verdict` | `pass`, `fail`, `not-applicable` (nothing in this output that the rule speaks of) or `skipped` (`measured` says why) |
        | `results[].looked`, `failed` | how many things were looked at, and how many were not as they should be |
        | `results[].measured` | the value measured, where there is one |
        | `results[].decision` | for an advice not kept: why we decide against it |
        | `results[].findings[]` | the first 20 that failed: `where` and what was `found` there |

        """;
}
