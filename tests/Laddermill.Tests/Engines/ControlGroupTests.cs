using System.Text.Json;
using Laddermill.Engines.ChildProcesses;

namespace Laddermill.Tests.Engines;

/// <summary>What is read of, and written to, the kernel's control groups (cgroups(7)).</summary>
public sealed class ControlGroupTests
{
    private static readonly WorkerLimits Limits = new() { Memory = 2, Cpus = 1.5 };

    [Fact]
    public void A_service_of_systemd_is_in_one_group_of_version_2()
    {
        var own = OwnGroups.Read(
            "0::/system.slice/laddermill.service\n",
            "35 24 0:30 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot\n"
        );

        Assert.Equal("/sys/fs/cgroup/system.slice/laddermill.service", own.Unified);
        Assert.Empty(own.ByController);
    }

    [Fact]
    public void Of_version_1_there_is_a_group_for_each_controller()
    {
        var own = OwnGroups.Read(
            "9:name=systemd:/\n4:memory:/jobs/7\n1:cpu,cpuacct:/\n0::/\n",
            """
            30 25 0:26 / /sys/fs/cgroup ro,nosuid - tmpfs tmpfs ro,mode=755
            31 30 0:27 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
            33 30 0:29 / /sys/fs/cgroup/memory rw,nosuid - cgroup cgroup rw,memory
            34 30 0:30 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
            """
        );

        Assert.Equal("/sys/fs/cgroup/unified", own.Unified);
        Assert.Equal("/sys/fs/cgroup/memory/jobs/7", own.ByController["memory"]);
        Assert.Equal("/sys/fs/cgroup/cpu,cpuacct", own.ByController["cpu"]);
    }

    [Theory]
    // It sees its own part alone, under the name that it has outside,
    [InlineData("/docker/abc", "/docker/abc", "/sys/fs/cgroup")]
    [InlineData("/docker/abc", "/docker/abc/below", "/sys/fs/cgroup/below")]
    // or has a name space of its own.
    [InlineData("/", "/", "/sys/fs/cgroup")]
    public void A_container_finds_itself_beneath_what_is_mounted_in_it(
        string root,
        string path,
        string folder
    ) =>
        Assert.Equal(
            folder,
            OwnGroups
                .Read($"0::{path}\n", $"35 24 0:30 {root} /sys/fs/cgroup ro - cgroup2 cgroup rw\n")
                .Unified
        );

    [Fact]
    public void Limits_are_written_as_each_version_has_them()
    {
        Assert.Equal(["memory", "cpu"], GroupLimits.Controllers(Limits));
        Assert.Empty(GroupLimits.Controllers(new WorkerLimits()));
        Assert.Equal(
            [
                ("memory.limit_in_bytes", "2147483648", false),
                ("memory.memsw.limit_in_bytes", "2147483648", true),
            ],
            GroupLimits.Files(1, "memory", Limits)
        );
        Assert.Equal(
            [("cpu.cfs_period_us", "100000", false), ("cpu.cfs_quota_us", "150000", false)],
            GroupLimits.Files(1, "cpu", Limits)
        );
        Assert.Equal(
            [
                ("memory.max", "2147483648", false),
                ("memory.swap.max", "0", true),
                ("memory.oom.group", "1", true),
            ],
            GroupLimits.Files(2, "memory", Limits)
        );
        Assert.Equal([("cpu.max", "150000 100000", false)], GroupLimits.Files(2, "cpu", Limits));
    }

    [Theory]
    [InlineData("low 0\nhigh 0\nmax 12\noom 3\noom_kill 2\noom_group_kill 1\n", 2)]
    [InlineData("oom_kill_disable 0\nunder_oom 0\noom_kill 1\n", 1)]
    [InlineData("oom_kill_disable 0\nunder_oom 0\noom_kill 0\n", 0)]
    [InlineData("", 0)]
    public void Processes_that_were_killed_for_memory_are_counted(string events, int killed) =>
        Assert.Equal(killed, GroupLimits.Killed(events));

    [Fact]
    public void Limits_are_read_and_their_problems_told_at_once()
    {
        Assert.Equal(new WorkerLimits(), Read("{}"));
        Assert.Equal(
            new WorkerLimits
            {
                Niceness = 0,
                Memory = 2,
                Cpus = 1.5,
            },
            Read("""{"niceness": 0, "memory": 2, "cpus": 1.5}""")
        );
        Assert.Contains(
            "memry",
            Assert.Throws<JsonException>(() => Read("""{"memry": 2}""")).Message,
            StringComparison.Ordinal
        );
        Assert.Empty(Limits.Problems());
        Assert.Equal(
            [
                "The niceness is -1; it must be from 0 to 19.",
                "The memory is 0.01 GiB; it must be 0.0625 or more.",
                "There are 0 CPUs; there must be 0.01 or more.",
            ],
            new WorkerLimits
            {
                Niceness = -1,
                Memory = 0.01,
                Cpus = 0,
            }.Problems()
        );
    }

    private static WorkerLimits Read(string settings)
    {
        using var document = JsonDocument.Parse(settings);
        return WorkerLimits.Read(document.RootElement);
    }
}
