using System.Diagnostics;

namespace Laddermill.OciStandIn.Containers;

/// <summary>What containers are made of: a command that stands for an image, or an image on the Docker Engine of this machine.</summary>
public abstract record Image
{
    /// <summary>Where a container of it sees a shared folder.</summary>
    internal abstract string Seen(Mount mount);

    /// <summary>How long the platform waits for a function to be ready.</summary>
    internal abstract TimeSpan StartPatience { get; }

    /// <summary>Why no container can be made of it; null when one can.</summary>
    internal virtual string? Obstacle => null;

    /// <summary>A container that is yet to be started.</summary>
    internal abstract Container Create(ContainerSetup setup);

    private protected static ProcessStartInfo Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return start;
    }
}

/// <summary>A process stands for a container: same arguments and environment, no walls.</summary>
/// <param name="Command">Program and arguments, before those of the container.</param>
public sealed record CommandImage(params string[] Command) : Image
{
    internal override TimeSpan StartPatience => TimeSpan.FromSeconds(5);

    internal override string Seen(Mount mount) => mount.Host;

    internal override Container Create(ContainerSetup setup)
    {
        var start = Start(
            setup.EntryPoint ?? Command[0],
            [.. setup.EntryPoint is null ? Command[1..] : [], .. setup.Arguments]
        );
        start.WorkingDirectory = setup.Mounts[0].Host;
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin";
        foreach (var (name, value) in setup.Environment)
            start.Environment[name] = value;
        return new Container(start);
    }
}

/// <summary>An image on a Docker Engine. Its containers share the network of the machine, so that they reach the stand-in on loopback.</summary>
/// <param name="Engine">Its socket, such as <c>unix:///var/run/docker.sock</c>.</param>
public sealed record DockerImage(string Name, string Engine) : Image
{
    /// <summary>The platform counts from when the container runs; here the time to make one is in it.</summary>
    internal override TimeSpan StartPatience => TimeSpan.FromSeconds(30);

    internal override string? Obstacle =>
        Docker.Run(Engine, "image", "inspect", "--format", "x", Name) == 0
            ? null
            : $"The image {Name} cannot be pulled.";

    internal override string Seen(Mount mount) => mount.Inside;

    internal override Container Create(ContainerSetup setup)
    {
        string[] walls = setup.IsFunction
            ?
            [
                .. "--user 1000:1000 --cap-drop ALL --security-opt no-new-privileges --read-only".Split(
                    ' '
                ),
                .. "--tmpfs /tmp:size=64m,mode=1777 --memory 256m --ulimit nofile=350".Split(' '),
            ]
            : [];
        IEnumerable<string> arguments =
        [
            "--host",
            Engine,
            .. "run --rm --network host --name".Split(' '),
            setup.Name,
            .. walls,
            .. setup.Mounts.SelectMany(mount =>
                (string[])
                    ["--volume", $"{mount.Host}:{mount.Inside}:{(mount.IsWritable ? "rw" : "ro")}"]
            ),
            .. setup.Environment.SelectMany(variable =>
                (string[])["--env", $"{variable.Name}={variable.Value}"]
            ),
            .. setup.EntryPoint is { } entry ? (string[])["--entrypoint", entry] : [],
            Name,
            .. setup.Arguments,
        ];
        return new DockerContainer(Start("docker", arguments), setup.Name, Engine);
    }
}
