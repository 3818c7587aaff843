using Laddermill.Verification.Reports;
using Laddermill.Verification.Rules;

namespace Laddermill.Tests.Verification;

public sealed class RuleCatalogueTests
{
    [Fact]
    public void Ids_differ_and_belong_to_a_group()
    {
        var ids = RuleCatalogue.All.Select(rule => rule.Id).ToList();

        Assert.Equal(ids.Distinct(), ids);
        Assert.All(
            RuleCatalogue.All,
            rule => Assert.Contains(RuleCatalogue.Groups, group => group.Id == rule.Group)
        );
    }

    [Fact]
    public void Every_rule_says_what_must_be_and_who_says_so() =>
        Assert.All(
            RuleCatalogue.All,
            rule =>
            {
                Assert.NotEmpty(rule.Source);
                Assert.EndsWith(".", rule.Meaning, StringComparison.Ordinal);
            }
        );

    [Fact]
    public void The_page_of_the_documentation_is_the_catalogue()
    {
        var path = Repository.PathTo("docs", "rules.md");
        if (Environment.GetEnvironmentVariable("LADDERMILL_WRITE_DOCS") == "1")
        {
            File.WriteAllText(path, RulePage.Write());
        }

        Assert.True(
            RulePage.Write() == File.ReadAllText(path),
            "docs/rules.md is not what the rules say: run this test with LADDERMILL_WRITE_DOCS=1."
        );
    }
}
