using Laddermill.Jobs;
using Laddermill.Ladders;

namespace Laddermill.Tests.Jobs;

public sealed class JobIdTests
{
    private static readonly SourceIdentity Source = new(
        "s3",
        "https://s3.example",
        "films",
        "a/ü.mp4",
        "etag-1"
    );

    private static string Id(
        SourceIdentity? source = null,
        string destination = "s3://out/",
        string[]? protocols = null,
        string profile = "default"
    ) =>
        JobId.Compute(
            source ?? Source,
            destination,
            [.. protocols ?? ["hls", "dash"]],
            Profiles.Load(profile)
        );

    [Fact]
    public void The_same_upload_destination_and_profile_is_the_same_job()
    {
        Assert.Equal(Id(), Id(protocols: ["dash", "hls", "hls"]));
        Assert.Matches("^[a-z2-7]{26}$", Id());
    }

    [Fact]
    public void Anything_that_could_change_the_result_is_another_job()
    {
        string[] ids =
        [
            Id(),
            Id(Source with { Version = "etag-2" }),
            Id(Source with { Key = "a/u.mp4" }),
            Id(Source with { Bucket = "film", Key = "s/a/ü.mp4" }),
            Id(destination: "s3://other/"),
            Id(protocols: ["hls"]),
            Id(profile: "constant"),
        ];

        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [Fact]
    public void A_revision_changes_with_the_tools_and_when_it_is_forced()
    {
        string[] revisions =
        [
            JobId.Revision("job", "ffmpeg 5", ""),
            JobId.Revision("job", "ffmpeg 6", ""),
            JobId.Revision("job", "ffmpeg 5", "1"),
        ];

        Assert.All(revisions, revision => Assert.Matches("^[a-z2-7]{8}$", revision));
        Assert.Equal(3, revisions.Distinct().Count());
    }

    /// <summary>
    /// Golden vectors: a change here orphans every finished job of every user. docs/jobs.md tells what is hashed; checked with coreutils:
    /// <c>printf '["job","tools",""]' | sha256sum | xxd -r -p | base32</c>.
    /// </summary>
    [Fact]
    public void The_base32_of_a_known_hash_is_known() =>
        Assert.Equal("2tji3dbk", JobId.Revision("job", "tools", ""));

    /// <summary>As above, over the canonical text of the built-in profile, which therefore may not change without a new golden value.</summary>
    [Fact]
    public void The_id_of_a_known_job_is_known()
    {
        var profile = Profiles.Canonical(Profiles.Load("default"));
        var text =
            $"""["s3","https://s3.example","films","a/ü.mp4","etag-1","s3://out/","dash,hls",{profile}]""";
        var expected = Base32(
            System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text))
        )[..26];

        Assert.Equal(expected, Id());
    }

    /// <summary>RFC 4648 §6, bit by bit, unlike the code under test.</summary>
    private static string Base32(byte[] bytes)
    {
        var bits = string.Concat(bytes.Select(value => Convert.ToString(value, 2).PadLeft(8, '0')));
        return string.Concat(
            bits.Chunk(5)
                .Select(five =>
                    "abcdefghijklmnopqrstuvwxyz234567"[
                        Convert.ToInt32(new string(five).PadRight(5, '0'), 2)
                    ]
                )
        );
    }
}
