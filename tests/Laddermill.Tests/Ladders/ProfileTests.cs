using Laddermill.Ladders;

namespace Laddermill.Tests.Ladders;

public sealed class ProfileTests
{
    [Fact]
    public void The_built_in_profiles_are_valid()
    {
        Assert.Equal(["default", "constant", "per-title"], Profiles.Names);
        Assert.All(Profiles.Names, name => Assert.Equal(name, Profiles.Load(name).Name));
    }

    [Fact]
    public void Constant_is_the_default_ladder_at_a_constant_rate()
    {
        var (constant, usual) = (Profiles.Load("constant"), Profiles.Load("default"));

        Assert.Equal(RateControl.Constant, constant.Video.RateControl);
        Assert.Equal(
            [5_000_000, 3_000_000, 1_000_000],
            constant.Video.Rungs.Select(rung => rung.MaxBitrate)
        );
        Assert.Equal(usual.Segments, constant.Segments);
    }

    [Fact]
    public void What_films_may_cost_and_whether_they_are_tried_changes_no_id_of_those_who_do_not_ask()
    {
        Assert.Equal(
            Profiles.Canonical(Profiles.Load("default")),
            Profiles.Canonical(
                Profiles.Parse(
                    """{ "x": { "extends": "default", "maxCost": 0, "video": { "perTitle": false } } }""",
                    "x.json"
                ) with
                {
                    Name = "default",
                    Description = Profiles.Load("default").Description,
                }
            )
        );
        Assert.True(Profiles.Load("per-title").Video.PerTitle);
        Assert.DoesNotContain("maxCost", Profiles.Canonical(Profiles.Load("default")), default);
        Assert.DoesNotContain("perTitle", Profiles.Canonical(Profiles.Load("default")), default);
    }

    [Fact]
    public void A_file_of_ones_own_may_extend_a_built_in_profile_and_name_only_what_differs()
    {
        var profile = Profiles.Parse(
            """{ "quick": { "extends": "default", "description": "x", /* shorter */ "segments": { "gopsPerSegment": 2, }, } }""",
            "my.json"
        );

        Assert.Equal(2, profile.Segments.GopsPerSegment);
        Assert.Equal(3, profile.Video.Rungs.Length);
    }

    [Fact]
    public void All_problems_are_told_at_once_each_with_its_path()
    {
        var exception = Assert.Throws<ProfileException>(() =>
            Profiles.Parse(
                """
                { "bad": { "extends": "default", "descripton": "typo", "segments": { "gopSeconds": "two", "gopsPerSegment": 0, "transportStream": "yes" },
                  "video": { "codec": "vp8", "rungs": [ { "name": "../x", "width": 641, "height": 360, "maxBitrate": 1e12, "crf": 20,
                    "preset": "warp", "encoderOptions": ["keyint=1", "a b"], "threads": 1.5 } ] } } }
                """,
                "bad.json"
            )
        );

        string[] expected =
        [
            "bad.descripton is not a known field",
            "bad.segments.gopSeconds must be a number from 0.5 to 10",
            "bad.segments.gopsPerSegment is 0",
            "bad.segments.transportStream must be true or false",
            "bad.video.codec is \"vp8\"; it must be one of: h264",
            "bad.video.rungs[0].name is \"../x\"",
            "bad.video.rungs[0].width and height must be even",
            "bad.video.rungs[0].maxBitrate is 1000000000000",
            "bad.video.rungs[0].preset is \"warp\"",
            "bad.video.rungs[0].encoderOptions holds \"keyint=1\"",
            "bad.video.rungs[0].encoderOptions holds \"a b\"",
            "bad.video.rungs[0].threads is 1.5; it must be a whole number",
        ];
        Assert.All(
            expected,
            start =>
                Assert.Contains(
                    exception.Problems,
                    problem => problem.StartsWith(start, StringComparison.Ordinal)
                )
        );
        Assert.Equal(expected.Length, exception.Problems.Count);
    }

    [Theory]
    [InlineData("no-such", "neither a file nor a built-in profile (default, constant, per-title)")]
    [InlineData("/no/such/file.json", "neither a file nor a built-in profile")]
    public void An_unknown_profile_is_named(string name, string expected) =>
        Assert.Contains(
            expected,
            Assert.Throws<ProfileException>(() => Profiles.Load(name)).Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("[]", "must hold one JSON object")]
    [InlineData("{", "is not JSON")]
    [InlineData("""{ "a": {}, "b": {} }""", "name one: f.json#NAME (a, b)")]
    public void A_file_of_another_shape_is_refused(string text, string expected) =>
        Assert.Contains(
            expected,
            Assert.Throws<ProfileException>(() => Profiles.Parse(text, "f.json")).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void The_order_of_fields_and_white_space_do_not_change_the_canonical_text()
    {
        var one = Profiles.Parse(
            """{ "p": { "extends": "default", "audio": { "bitrate": 96000, "channels": 1 } } }""",
            "a"
        );
        var two = Profiles.Parse(
            """{"p":{"audio":{"channels":1,"bitrate":96000},"extends":"default"}}""",
            "b"
        );

        Assert.Equal(Profiles.Canonical(one), Profiles.Canonical(two));
        Assert.DoesNotContain("\n", Profiles.Canonical(one), StringComparison.Ordinal);
    }
}
