using System.Text.RegularExpressions;
using Laddermill.Media;

namespace Laddermill.Tests.Media;

/// <summary>docs/inputs.md says what the code does.</summary>
public sealed partial class InputsPageTests
{
    private static readonly string Page = Repository.PathTo("docs", "inputs.md");

    [Fact]
    public void Every_code_is_one_word_with_a_meaning_and_an_advice()
    {
        Assert.Equal(
            RejectionCode.All.Select(code => code.Word).Distinct(),
            RejectionCode.All.Select(code => code.Word)
        );
        Assert.All(
            RejectionCode.All,
            code =>
            {
                Assert.Matches("^[a-z]+(-[a-z]+)*$", code.Word);
                Assert.EndsWith(".", code.Meaning, StringComparison.Ordinal);
                Assert.EndsWith(".", code.Advice, StringComparison.Ordinal);
                Assert.Same(code, RejectionCode.Find(code.Word));
            }
        );
    }

    [Fact]
    public void The_page_lists_every_code()
    {
        var page = File.ReadAllText(Page);
        var written = Codes().Replace(page, match => match.Groups[1] + RejectionTable.Write());
        if (Environment.GetEnvironmentVariable("LADDERMILL_WRITE_DOCS") == "1")
        {
            File.WriteAllText(Page, written);
            page = written;
        }

        Assert.Contains(RejectionTable.Write(), page, StringComparison.Ordinal);
        Assert.True(
            page == written,
            "docs/inputs.md does not list the codes as they are: run this test with LADDERMILL_WRITE_DOCS=1."
        );
    }

    [Fact]
    public void The_page_lists_every_container_and_no_other()
    {
        var section = Demuxers().Match(File.ReadAllText(Page)).Groups[1].Value;

        Assert.Equal(MediaInput.Demuxers, Quoted().Matches(section).Select(m => m.Groups[1].Value));
    }

    [GeneratedRegex("(<!-- codes: [^>]*-->\n).*?(?=<!-- end -->)", RegexOptions.Singleline)]
    private static partial Regex Codes();

    [GeneratedRegex("<!-- demuxers: [^>]*-->\n(.*?)<!-- end -->", RegexOptions.Singleline)]
    private static partial Regex Demuxers();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();
}
