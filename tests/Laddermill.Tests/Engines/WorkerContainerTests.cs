using System.Text.Json;
using Docker.DotNet.Models;
using Laddermill.Engines;
using Laddermill.Engines.Docker;

namespace Laddermill.Tests.Engines;

public sealed class WorkerContainerTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("created", EngineState.Starting)]
    [InlineData("running", EngineState.Running)]
    [InlineData("paused", EngineState.Running)]
    [InlineData("exited", EngineState.Ended)]
    [InlineData("dead", EngineState.Ended)]
    [InlineData("removing", EngineState.Ended)]
    public void Each_state_of_Docker_is_one_of_ours(string state, EngineState ours) =>
        Assert.Equal(ours, Read(state)?.State);

    [Fact]
    public void A_container_that_nobody_started_for_a_minute_never_will()
    {
        Assert.Equal(EngineState.Starting, Read("created", TimeSpan.FromSeconds(59))?.State);
        Assert.Equal(
            new EngineRun(
                "laddermill-main-job-0002",
                "job",
                2,
                EngineState.Ended,
                Detail: "It was made, and never started."
            ),
            Read("created", TimeSpan.FromSeconds(61))
        );
    }

    [Fact]
    public void An_exit_code_is_told_when_there_is_one_and_Docker_s_words_when_it_has_some()
    {
        Assert.Null(Read("running")?.ExitCode);
        Assert.Equal(
            (3, null),
            Read("exited") is { } ended ? (ended.ExitCode, ended.Detail) : default
        );
        Assert.Equal("no such device", Read("exited", error: "no such device")?.Detail);
    }

    [Fact]
    public void A_container_of_another_owner_is_none() =>
        Assert.Null(
            WorkerContainer.Read(new DockerOptions { Owner = "others" }, Container("running"), Now)
        );

    [Fact]
    public void All_problems_of_options_are_told_at_once()
    {
        Assert.Empty(new DockerOptions().Problems());
        Assert.Equal(
            [
                "There is no image; name that of a worker, such as \"laddermill/worker\".",
                "The owner is \"Our-House\"; it must be of up to 40 small letters, digits and hyphens, and begin with no hyphen.",
                "The endpoint is \"/var/run/docker.sock\"; it must be like \"unix:///var/run/docker.sock\" or \"tcp://host:2375\".",
                "There are 0 CPUs; there must be more than 0.",
                "The memory is 0.05 GiB; it must be 0.0625 or more.",
                "There are 0 slots; there must be 1 or more.",
                "The mount of \"films\" at \"/films\" must have two absolute paths.",
                "The mount of \"/films\" at \"/\" must have two absolute paths.",
                "The grace is -00:00:01; it must be between 0 and 1 hour.",
            ],
            new DockerOptions
            {
                Image = " ",
                Owner = "Our-House",
                Endpoint = "/var/run/docker.sock",
                Cpus = 0,
                Memory = 0.05,
                Slots = 0,
                Grace = TimeSpan.FromSeconds(-1),
                Mounts = [new("films", "/films"), new("/films", "/")],
            }.Problems()
        );
    }

    [Fact]
    public void Options_are_read_from_a_configuration_that_says_what_is_other_than_usual()
    {
        var read = Options(
            """
            {"memory": 2.5, "cpus": 3, "network": "none", "environment": ["AWS_PROFILE"], "grace": "00:01:00",
             "mounts": [{"source": "/films", "target": "/films"}, {"source": "/out", "target": "/streams", "writable": true}]}
            """
        );

        Assert.Equal(
            new DockerOptions
            {
                Memory = 2.5,
                Cpus = 3,
                Network = "none",
                Grace = TimeSpan.FromMinutes(1),
            },
            read with
            {
                Mounts = new DockerOptions().Mounts,
                Environment = new DockerOptions().Environment,
            }
        );
        Assert.Equal(
            [new("/films", "/films"), new("/out", "/streams", IsWritable: true)],
            read.Mounts
        );
        Assert.Equal(["AWS_PROFILE"], read.Environment);
        Assert.Equal(new DockerOptions(), Options("{}"));
    }

    [Theory]
    [InlineData("""{"memry": 3}""", "memry")]
    [InlineData("""{"memory": "much"}""", "$.memory")]
    [InlineData("""{"mounts": [{"source": "/films"}]}""", "target")]
    [InlineData("""{"image": null}""", "image")]
    public void An_option_that_is_wrong_is_named(string settings, string named) =>
        Assert.Contains(
            named,
            Assert.Throws<JsonException>(() => Options(settings)).Message,
            StringComparison.OrdinalIgnoreCase
        );

    private static DockerOptions Options(string settings)
    {
        using var document = JsonDocument.Parse(settings);
        return DockerOptions.Read(document.RootElement);
    }

    private static EngineRun? Read(string state, TimeSpan age = default, string error = "") =>
        WorkerContainer.Read(new DockerOptions(), Container(state, age, error), Now);

    private static ContainerInspectResponse Container(
        string state,
        TimeSpan age = default,
        string error = ""
    ) =>
        new()
        {
            Name = "/laddermill-main-job-0002",
            Created = (Now - age).UtcDateTime,
            Config = new()
            {
                Labels = new Dictionary<string, string>
                {
                    ["laddermill.owner"] = "main",
                    ["laddermill.job"] = "job",
                    ["laddermill.attempt"] = "2",
                },
            },
            State = new()
            {
                Status = state,
                ExitCode = 3,
                Error = error,
            },
        };
}
