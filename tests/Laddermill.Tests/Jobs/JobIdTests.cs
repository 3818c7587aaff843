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

    /// <summary>Golden vectors: a change here orphans every finished job of every user. The text hashed is in docs/jobs.md.</summary>
    [Fact]
    public void The_base32_of_a_known_hash_is_known()
    {
        // Checked with coreutils: printf '["job","tools",""]' | sha256sum | xxd -r -p | base32
        Assert.Equal("2tji3dbk", JobId.Revision("job", "tools", ""));
    }
}
