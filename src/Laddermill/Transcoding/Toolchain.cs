using System.Reflection;
using System.Security.Cryptography;
using Laddermill.Processes;

namespace Laddermill.Transcoding;

/// <summary>Which programs make the bytes. Other versions make other bytes, so they are part of a revision's name.</summary>
/// <param name="Ffmpeg">The version that ffmpeg gives itself.</param>
/// <param name="Laddermill">Our own version.</param>
/// <param name="Encoders">Hash of what the encoders make of one test picture and a test tone.</param>
public sealed record Toolchain(string Ffmpeg, string Laddermill, string Encoders)
{
    public string Fingerprint => $"{Ffmpeg}\n{Laddermill}\n{Encoders}";

    public static string OwnVersion { get; } =
        typeof(Toolchain)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion
        ?? "0";

    /// <summary>
    /// Asks the tools themselves: shared libraries change under the same ffmpeg, and only what they make tells. One start tells both: ffmpeg names its version
    /// before it begins.
    /// </summary>
    public static async Task<Toolchain> IdentifyAsync(CancellationToken cancellation)
    {
        var command = new ToolCommand(
            "ffmpeg",
            [
                .. "-nostdin -nostats -f lavfi -i testsrc2=size=64x64:rate=25:duration=0.2".Split(
                    ' '
                ),
                .. "-f lavfi -i sine=duration=0.2 -c:v libx264 -threads 1 -c:a aac -fflags +bitexact -f matroska pipe:1".Split(
                    ' '
                ),
            ]
        )
        {
            Package = "ffmpeg",
            Confinement = Confinement.Pipes,
        };
        await using var process = ToolProcess.Start(
            command,
            ToolOutput.Captured,
            cancellationToken: cancellation
        );
        var sample = await SHA256.HashDataAsync(process.StandardOutput, cancellation);
        var exit = await process.EnsureSuccessAsync(
            "Trying ffmpeg's encoders failed: it must be built with libx264 and aac."
        );
        return new Toolchain(
            Version(exit.ErrorTail),
            OwnVersion,
            Convert.ToHexStringLower(sample)[..16]
        );
    }

    /// <summary>The third word of the banner, <c>ffmpeg version 5.1.9-0+deb12u1 Copyright …</c>.</summary>
    private static string Version(IEnumerable<string> lines) =>
        lines
            .Where(line => line.StartsWith(Banner, StringComparison.Ordinal))
            .Select(line => line[Banner.Length..].Split(' ')[0])
            .FirstOrDefault("unknown");

    private const string Banner = "ffmpeg version ";
}
