using System.Text;

namespace Laddermill.Media;

/// <summary>The codes as a table of the documentation (<c>docs/inputs.md</c>), written from the codes themselves.</summary>
public static class RejectionTable
{
    public static string Write()
    {
        var table = new StringBuilder("| code | when | what to do |\n|---|---|---|\n");
        foreach (var code in RejectionCode.All)
        {
            table.Append(
                System.Globalization.CultureInfo.InvariantCulture,
                $"| `{code.Word}` | {code.Meaning} | {code.Advice} |\n"
            );
        }
        return table.ToString();
    }
}
