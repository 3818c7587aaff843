using System.Text.Json;
using System.Text.Json.Nodes;
using Laddermill.Ladders;
using Laddermill.Server.Console.Profiles;
using Laddermill.Server.Pipelines;

namespace Laddermill.Server.Tests.Console;

/// <summary>The editor of profiles knows every field that profiles.json explains.</summary>
public sealed class ProfileDraftTests
{
    [Theory]
    [InlineData("default")]
    [InlineData("constant")]
    [InlineData("per-title")]
    public void A_profile_that_is_opened_and_saved_is_the_same(string name)
    {
        var profile = Profiles.Load(name);

        var saved = SavedProfiles.Check(name, ProfileDraft.Of(profile).ToJson());

        Assert.Equal(Profiles.Canonical(profile), Profiles.Canonical(saved));
        Assert.Equal(profile.Segments.Progressive, saved.Segments.Progressive);
    }

    [Fact]
    public void No_field_of_a_profile_is_missing_in_the_editor()
    {
        var all = JsonNode.Parse(
            Profiles.BuiltInText,
            null,
            new JsonDocumentOptions
            {
                AllowTrailingCommas = true,
                CommentHandling = JsonCommentHandling.Skip,
            }
        )!["default"]!.AsObject();

        var known = ProfileGroup.All.SelectMany(group => group.Fields).Select(each => each.Path);
        var rung = all["video"]!["rungs"]![0]!.AsObject().Select(each => each.Key);

        Assert.Equal(
            Leaves(all, "").Order(StringComparer.Ordinal),
            known.Append("video.rungs").Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            rung.Order(StringComparer.Ordinal),
            ProfileGroup.Rung.Select(each => each.Path).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void What_is_no_number_is_refused_by_the_reader_of_profiles()
    {
        var draft = ProfileDraft.Of(Profiles.Load("default"));
        draft["segments.gopSeconds"] = "two";
        draft["video.bufferSeconds"] = "NaN";

        var wrong = Assert.Throws<ProfileException>(() =>
            SavedProfiles.Check("mine", draft.ToJson())
        );

        Assert.Contains(
            wrong.Problems,
            each => each.StartsWith("mine.segments.gopSeconds must be", StringComparison.Ordinal)
        );
        Assert.Contains(
            wrong.Problems,
            each => each.StartsWith("mine.video.bufferSeconds must be", StringComparison.Ordinal)
        );
    }

    private static IEnumerable<string> Leaves(JsonObject fields, string at) =>
        fields.SelectMany(each =>
            each.Value is JsonObject inner ? Leaves(inner, $"{at}{each.Key}.") : [at + each.Key]
        );
}
